#include "transforms/redact/counts.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

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
