#include "telemetry/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace towline::telemetry {
namespace {

using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(MetricTable, FollowsThePrometheusNamingRules) {
  std::set<std::string_view> names;
  for (const MetricDefinition& metric : metric_definitions()) {
    const std::string name(metric.name);
    SCOPED_TRACE(name);
    EXPECT_TRUE(names.insert(metric.name).second);
    EXPECT_TRUE(name.starts_with("towline_"));
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789"), std::string::npos);
    EXPECT_EQ(name.ends_with("_total"), metric.kind == MetricKind::counter);
    EXPECT_EQ(metric.labels.find_first_not_of("abcdefghijklmnopqrstuvwxyz_,"), std::string_view::npos);
    EXPECT_TRUE(metric.help.ends_with('.'));
    EXPECT_EQ(metric.help.find_first_of("\\\n"), std::string_view::npos);
  }
}

TEST(Metrics, GivesTheSameInstrumentForTheSameLabels) {
  Metrics metrics;
  Instrument& one = metrics.get(MetricId::sink_dropped_records, {"a", "full"});
  EXPECT_EQ(&one, &metrics.get(MetricId::sink_dropped_records, {"a", "full"}));
  EXPECT_NE(&one, &metrics.get(MetricId::sink_dropped_records, {"a", "rejected"}));
  EXPECT_NE(&one, &metrics.get(MetricId::sink_attempts, {"a", "full"}));
}

TEST(Metrics, SumsOverWhatIsLeftOpen) {
  Metrics metrics;
  metrics.get(MetricId::sink_dropped_records, {"a", "full"}).add(1);
  metrics.get(MetricId::sink_dropped_records, {"a", "rejected"}).add(10);
  metrics.get(MetricId::sink_dropped_records, {"b", "full"}).add(100);
  EXPECT_EQ(metrics.sum(MetricId::sink_dropped_records, {"a", ""}), 11U);
  EXPECT_EQ(metrics.sum(MetricId::sink_dropped_records, {"", "full"}), 101U);
  EXPECT_EQ(metrics.sum(MetricId::sink_dropped_records, {"b", "rejected"}), 0U);
  EXPECT_EQ(metrics.sum(MetricId::sink_attempts, {"", ""}), 0U);
}

TEST(Metrics, VisitsSeriesInTheOrderOfCreation) {
  Metrics metrics;
  metrics.get(MetricId::stream_bytes, {"z"}).set(5);
  metrics.get(MetricId::stream_bytes, {"a"}).add(9);
  metrics.get(MetricId::stream_bytes, {"a"}).sub(2);
  std::vector<std::string> seen;
  metrics.each(MetricId::stream_bytes, [&](const std::vector<std::string>& labels, std::uint64_t value) {
    seen.push_back(labels[0] + "=" + std::to_string(value));
  });
  EXPECT_THAT(seen, ElementsAre("z=5", "a=7"));
}

TEST(Metrics, BoundsTheNumberOfLabelSets) {
  Metrics metrics;
  for (std::size_t i = 0; i < Metrics::label_sets_max; ++i) {
    metrics.get(MetricId::redactions, {"clean", "email", std::to_string(i)}).add();
  }
  Instrument& other = metrics.get(MetricId::redactions, {"clean", "email", "one too many"});
  EXPECT_EQ(&other, &metrics.get(MetricId::redactions, {"clean", "card", "two too many"}));
  other.add(3);
  EXPECT_EQ(metrics.sum(MetricId::redactions, {"other", "other", "other"}), 3U);
  EXPECT_EQ(metrics.sum(MetricId::redactions, {"", "", ""}), Metrics::label_sets_max + 3);
  EXPECT_EQ(metrics.sum(MetricId::redactions, {"", "", "7"}), 1U);
}

TEST(Metrics, CutsLongLabelValues) {
  Metrics metrics;
  const std::string name(1'000'000, 'f');
  Instrument& one = metrics.get(MetricId::stream_bytes, {name});
  EXPECT_EQ(&one, &metrics.get(MetricId::stream_bytes, {name + "x"}));
  one.set(4);
  EXPECT_EQ(metrics.sum(MetricId::stream_bytes, {name}), 4U);
  EXPECT_LT(metrics.prometheus_text().size(), 10'000U);
}

TEST(MetricsDeathTest, AWrongNumberOfLabelsIsABug) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  Metrics metrics;
  EXPECT_DEATH(metrics.get(MetricId::stream_bytes, {}), "internal error");
  EXPECT_DEATH(metrics.get(MetricId::memory_used_bytes, {"x"}), "internal error");
}

TEST(Metrics, LosesNothingWhenThreadsCountTogether) {
  Metrics metrics;
  constexpr int rounds = 20'000;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&metrics, i] {
      Instrument& shared = metrics.get(MetricId::sink_delivered_records, {"shared"});
      for (int n = 0; n < rounds; ++n) {
        shared.add();
        if (n % 1000 == 0) metrics.get(MetricId::sink_delivered_records, {std::to_string(i * rounds + n)}).add();
        if (n % 5000 == 0) metrics.prometheus_text();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(metrics.sum(MetricId::sink_delivered_records, {"shared"}), 4U * rounds);
  EXPECT_EQ(metrics.sum(MetricId::sink_delivered_records, {""}), 4U * rounds + 80U);
}

TEST(PrometheusText, HasHelpAndTypeOnceAndOneLinePerSeries) {
  Metrics metrics;
  metrics.get(MetricId::sink_attempts, {"b", "delivered"}).add(12);
  metrics.get(MetricId::sink_attempts, {"b", "retry"}).add(1);
  metrics.get(MetricId::memory_used_bytes, {}).set(1'048'576);
  const std::string text = metrics.prometheus_text();
  EXPECT_THAT(text, HasSubstr("# HELP towline_sink_attempts_total Requests made, by outcome.\n"
                              "# TYPE towline_sink_attempts_total counter\n"
                              "towline_sink_attempts_total{sink=\"b\",outcome=\"delivered\"} 12\n"
                              "towline_sink_attempts_total{sink=\"b\",outcome=\"retry\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE towline_memory_used_bytes gauge\ntowline_memory_used_bytes 1048576\n"));
  EXPECT_THAT(text, Not(HasSubstr("towline_stream_bytes")));
}

TEST(PrometheusText, EscapesLabelValues) {
  Metrics metrics;
  metrics
      .get(MetricId::stream_bytes, {"a\\b\"c\nd\xFF"
                                    "é"})
      .set(1);
  EXPECT_THAT(metrics.prometheus_text(), HasSubstr("towline_stream_bytes{stream=\"a\\\\b\\\"c\\nd\xEF\xBF\xBD"
                                                   "é\"} 1\n"));
}

TEST(PrometheusText, TellsAboutTheProcess) {
  const std::string text = Metrics().prometheus_text();
  EXPECT_THAT(text, ContainsRegex("\nprocess_resident_memory_bytes [1-9][0-9]{5,}\n"));
  EXPECT_THAT(text, ContainsRegex("\nprocess_cpu_seconds_total [0-9.e-]+\n"));
  EXPECT_THAT(text, ContainsRegex("\nprocess_start_time_seconds [1-9][0-9.e+]+\n"));
  EXPECT_THAT(text, ContainsRegex("\nprocess_open_fds [1-9]"));
  EXPECT_THAT(text, ContainsRegex("\ntowline_build_info\\{version=\"[0-9]+\\.[0-9]+\\.[0-9]+\"\\} 1\n"));
}

}  // namespace
}  // namespace towline::telemetry
