#include "transforms/redact/counts.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <string>
#include <utility>

#include "transforms/redact/redact.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::redact {
namespace {

std::uint64_t emails(const telemetry::Metrics& metrics, std::string_view field) {
  return metrics.sum(telemetry::MetricId::redactions, {"test", "email", field});
}

TEST(Counts, LongPathsAreOther) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{}", surroundings);
  const std::string longest(Counts::path_max, 'k');
  transforms::apply_step(*step, "{\"" + longest + "\":\"ann@example.com\",\"" + longest + "k\":\"ann@example.com\"}");
  transforms::apply_step(*step, "{\"a\":{\"" + longest + "\":\"ann@example.com\"}}");
  EXPECT_EQ(emails(surroundings.metrics, longest), 1U);
  EXPECT_EQ(emails(surroundings.metrics, "other"), 2U);
}

TEST(Counts, PathsLeadThroughJsonInStrings) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{}", surroundings);
  transforms::apply_step(
      *step, R"({"a":{"m":"{\"b\":[\"{\\\"c\\\":\\\"ann@example.com\\\"}\"],\"d\":\"bob@example.com\"}"}})");
  EXPECT_EQ(emails(surroundings.metrics, "a.m.b.*.c"), 1U);
  EXPECT_EQ(emails(surroundings.metrics, "a.m.d"), 1U);
  const std::string longest(Counts::path_max, 'k');
  transforms::apply_step(*step, "{\"" + longest + R"(":"{\"a\":\"ann@example.com\"}"})");
  EXPECT_EQ(emails(surroundings.metrics, "other"), 1U);
}

TEST(Counts, TheAuditHasTimesAndNoValues) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{}", surroundings);
  const WallTime times[] = {WallTime(std::chrono::seconds(100)), WallTime(std::chrono::seconds(200))};
  for (const WallTime time : times) {
    std::string text = R"({"m":"ann@example.com","ann@example.com":{"pin":"4111111111111111"}})";
    const std::size_t size = text.size();
    text.append(record::padding, '\0');
    record::Record record;
    ASSERT_EQ(record.parse(std::string_view(text).substr(0, size), time), record::ParseError::none);
    step->apply(record);
  }
  const auto rows = surroundings.audit.rows();
  ASSERT_EQ(rows.size(), 3U);
  const std::pair<std::string, std::string> expected[] = {{"*", "email"}, {"*.pin", "card"}, {"m", "email"}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].transform, "test");
    EXPECT_EQ(std::pair(rows[i].field, rows[i].detector), expected[i]);
    EXPECT_EQ(rows[i].count, 2U);
    EXPECT_EQ(rows[i].first, times[0]);
    EXPECT_EQ(rows[i].last, times[1]);
  }
}

TEST(Counts, TheAuditIsBounded) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{}", surroundings);
  for (std::size_t i = 0; i < Counts::fields_max + 10; ++i)
    transforms::apply_step(*step, "{\"key" + std::to_string(i) + "\":\"ann@example.com\"}");
  EXPECT_EQ(surroundings.audit.rows().size(), Counts::fields_max + 1);
}

// If the key were read for each of the matches, that alone would be more than 10 GB.
TEST(Counts, AGiantKeyAboveManyMatchesCostsNothing) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{}", surroundings);
  constexpr std::size_t matches = 60'000;
  std::string json = "{\"" + std::string(100'000, 'k') + "\":[\"a@b.co\"";
  for (std::size_t i = 1; i < matches; ++i) json += ",\"a@b.co\"";
  const std::clock_t begin = std::clock();
  transforms::apply_step(*step, json + "]}");
  EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 3);
  EXPECT_EQ(emails(surroundings.metrics, "other"), matches);
}

}  // namespace
}  // namespace towline::redact
