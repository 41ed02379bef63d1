#include "telemetry/log_metrics.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace towline::telemetry {
namespace {

LogSeries& series(LogFamily& family, std::initializer_list<std::string_view> values) {
  LogLabelValues labels;
  for (const std::string_view value : values) labels.add(value);
  LogSeries* found = family.find_or_add(labels.key());
  return found != nullptr ? *found : family.other();
}

TEST(LogMetrics, ACounterWithLabels) {
  LogMetrics metrics;
  LogFamily& family = metrics.family({"requests_total", LogMetricType::counter, "Requests.", {"service", "level"}});
  series(family, {"shop", "info"}).add(1);
  series(family, {"shop", "error"}).add(0.5);
  series(family, {"shop", "info"}).add(2);
  series(family, {"", "a\"b\\c\nd\xFF"}).add(1);
  EXPECT_EQ(metrics.prometheus_text(),
            "# HELP requests_total Requests.\n"
            "# TYPE requests_total counter\n"
            "requests_total{service=\"shop\",level=\"info\"} 3\n"
            "requests_total{service=\"shop\",level=\"error\"} 0.5\n"
            "requests_total{service=\"\",level=\"a\\\"b\\\\c\\nd\xEF\xBF\xBD\"} 1\n");
}

TEST(LogMetrics, AGaugeKeepsTheLastValue) {
  LogMetrics metrics;
  LogFamily& family = metrics.family({"depth", LogMetricType::gauge, "How \\deep\nit \"is\".", {}});
  series(family, {}).set(7);
  series(family, {}).set(-2.25);
  EXPECT_EQ(metrics.prometheus_text(),
            "# HELP depth How \\\\deep\\nit \"is\".\n"
            "# TYPE depth gauge\n"
            "depth -2.25\n");
}

TEST(LogMetrics, AHistogramAddsItsBucketsUp) {
  LogMetrics metrics;
  LogFamily& family = metrics.family({"took_ms", LogMetricType::histogram, "", {"path"}, {0.5, 10, 250}});
  for (const double value : {0.25, 0.5, 0.75, 10.0, 11.0, 250.0, 251.0, -1.0}) series(family, {"/"}).observe(value);
  EXPECT_EQ(metrics.prometheus_text(),
            "# HELP took_ms \n"
            "# TYPE took_ms histogram\n"
            "took_ms_bucket{path=\"/\",le=\"0.5\"} 3\n"
            "took_ms_bucket{path=\"/\",le=\"10\"} 5\n"
            "took_ms_bucket{path=\"/\",le=\"250\"} 7\n"
            "took_ms_bucket{path=\"/\",le=\"+Inf\"} 8\n"
            "took_ms_sum{path=\"/\"} 522.5\n"
            "took_ms_count{path=\"/\"} 8\n");
}

TEST(LogMetrics, AHistogramWithoutLabels) {
  LogMetrics metrics;
  series(metrics.family({"h", LogMetricType::histogram, "x", {}, {1}}), {}).observe(1);
  EXPECT_EQ(metrics.prometheus_text(),
            "# HELP h x\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n");
}

TEST(LogMetrics, NothingIsShownOfWhatHasNoSeries) {
  LogMetrics metrics;
  metrics.family({"a", LogMetricType::counter, "", {}});
  EXPECT_EQ(metrics.prometheus_text(), "");
}

TEST(LogMetrics, OneNameIsOneFamily) {
  LogMetrics metrics;
  LogFamily& one = metrics.family({"a", LogMetricType::counter, "first", {}});
  EXPECT_EQ(&one, &metrics.family({"a", LogMetricType::counter, "second", {}}));
  EXPECT_NE(&one, &metrics.family({"b", LogMetricType::counter, "", {}}));
}

TEST(LogMetrics, PastItsLimitSetsShareOne) {
  LogMetrics metrics;
  LogFamily& family = metrics.family({"n", LogMetricType::counter, "", {"user"}, {}, 3});
  for (int i = 0; i < 1000; ++i) series(family, {"u" + std::to_string(i)}).add(1);
  series(family, {"u1"}).add(1);  // has its own still
  EXPECT_EQ(metrics.prometheus_text(),
            "# HELP n \n# TYPE n counter\n"
            "n{user=\"u0\"} 1\nn{user=\"u1\"} 2\nn{user=\"u2\"} 1\nn{user=\"other\"} 997\n");
}

TEST(LogMetrics, ARecordThatSaysOtherMakesNoSecondSeries) {
  LogMetrics metrics;
  LogFamily& family = metrics.family({"n", LogMetricType::counter, "", {"user"}, {}, 1});
  series(family, {"other"}).add(1);
  series(family, {"x"}).add(1);
  EXPECT_EQ(metrics.prometheus_text(), "# HELP n \n# TYPE n counter\nn{user=\"other\"} 2\n");
  LogFamily& second = metrics.family({"m", LogMetricType::counter, "", {"user"}, {}, 1});
  series(second, {"x"}).add(1);
  series(second, {"y"}).add(1);
  EXPECT_EQ(&series(second, {"other"}), &second.other());
}

TEST(LogMetrics, LongValuesAreCutBehindAWholeCharacter) {
  const std::string long_one = std::string(LogLabelValues::value_bytes_max - 1, 'x') + "\xC3\xBC" + "yz";
  LogMetrics metrics;
  series(metrics.family({"n", LogMetricType::counter, "", {"a", "b"}}), {long_one, "next"}).add(1);
  EXPECT_EQ(metrics.prometheus_text(), "# HELP n \n# TYPE n counter\nn{a=\"" +
                                           std::string(LogLabelValues::value_bytes_max - 1, 'x') +
                                           "\",b=\"next\"} 1\n");
}

TEST(LogMetrics, ValuesCannotRunIntoEachOther) {
  LogMetrics metrics;
  LogFamily& family = metrics.family({"n", LogMetricType::counter, "", {"a", "b"}});
  EXPECT_NE(&series(family, {"x", "yz"}), &series(family, {"xy", "z"}));
  EXPECT_NE(&series(family, {std::string_view("\x01y", 2), ""}), &series(family, {"", std::string_view("\x01y", 2)}));
}

TEST(LogMetrics, EveryThreadCounts) {
  LogMetrics metrics;
  constexpr int each = 20'000;
  const auto count = [&] {
    LogFamily& family = metrics.family({"h", LogMetricType::histogram, "", {"l"}, {1, 2}});
    for (int i = 0; i < each; ++i) series(family, {std::to_string(i % 5)}).observe(i % 3);
  };
  std::thread one(count);
  std::thread two(count);
  for (int i = 0; i < 100; ++i) {
    const std::string text = metrics.prometheus_text();
    EXPECT_TRUE(text.empty() || text.starts_with("# HELP h "));
  }
  one.join();
  two.join();
  std::size_t found = 0;
  const std::string text = metrics.prometheus_text();
  for (int i = 0; i < 5; ++i) {
    const std::string line = "h_count{l=\"" + std::to_string(i) + "\"} " + std::to_string(2 * each / 5) + "\n";
    found += text.find(line) != std::string::npos ? 1U : 0U;
  }
  EXPECT_EQ(found, 5U) << text;
}

TEST(LogMetrics, NamesFollowThePrometheusRules) {
  for (const char* name : {"a", "_a", "App_requests_total", "x9"}) EXPECT_EQ(log_metric_name_problem(name), "") << name;
  for (const char* name : {"", "9a", "a-b", "a b", "a.b", "rule:5m", "gr\xC3\xBC\xC3\x9F", "towline_x", "process_x"})
    EXPECT_NE(log_metric_name_problem(name), "") << name;
  EXPECT_NE(log_metric_name_problem(std::string(129, 'a')), "");
  for (const char* name : {"service", "_x", "towline_x"}) EXPECT_EQ(log_label_name_problem(name), "") << name;
  for (const char* name : {"", "__name__", "le", "a,b", "a=\"", "1"})
    EXPECT_NE(log_label_name_problem(name), "") << name;
}

}  // namespace
}  // namespace towline::telemetry
