#include "transforms/match_filter.hpp"

#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"

namespace towline::transforms {
namespace {

condition::Condition condition(std::string_view text) {
  Result<condition::Condition> parsed = condition::Condition::parse(text);
  EXPECT_TRUE(parsed) << text;
  return *parsed;
}

std::unique_ptr<component::Step> route(const RouteConfig& config) {
  static Surroundings surroundings;
  return route_step_type.build(
      &config, {"t.r", 0, surroundings.metrics, surroundings.audit, surroundings.facts, surroundings.log_metrics});
}

TEST(MatchFilter, ARouteTakesWhatOneOfItsConditionsMatches) {
  const RouteConfig config{{condition("{ $.a = 1 }"), condition("{ $.b = 1 }")}, WhenMatched::keep};
  const auto step = route(config);
  EXPECT_TRUE(step_keeps(*step, R"({"a":1})"));
  EXPECT_TRUE(step_keeps(*step, R"({"b":1})"));
  EXPECT_FALSE(step_keeps(*step, R"({"c":1})"));
}

TEST(MatchFilter, TheOppositeTakesTheRest) {
  const RouteConfig config{{condition("{ $.a = 1 }"), condition("{ $.b = 1 }")}, WhenMatched::filter};
  const auto step = route(config);
  EXPECT_FALSE(step_keeps(*step, R"({"a":1})"));
  EXPECT_FALSE(step_keeps(*step, R"({"a":1,"b":1})"));
  EXPECT_TRUE(step_keeps(*step, R"({"c":1})"));
  EXPECT_TRUE(step_keeps(*step, "text"));
}

}  // namespace
}  // namespace towline::transforms
