#include "transforms/throttle/throttle.hpp"

#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"
#include "transforms/timed_step_test_support.hpp"

namespace towline::throttle {
namespace {

using transforms::make_step;
using transforms::noon;
using transforms::pass;
using namespace std::chrono_literals;

TEST(Throttle, SoManyInAWindow) {
  const auto step = make_step(step_type, "{limit: 2, window: 1s}");
  EXPECT_EQ(pass(*step, R"({"a":1})", noon), R"({"a":1})");
  EXPECT_TRUE(pass(*step, "{}", noon + 1ms));
  EXPECT_FALSE(pass(*step, "{}", noon + 2ms));
  EXPECT_FALSE(pass(*step, "{}", noon + 999'999'999ns));
  EXPECT_TRUE(pass(*step, "{}", noon + 1s));
  EXPECT_TRUE(pass(*step, "{}", noon + 1900ms));
  EXPECT_FALSE(pass(*step, "{}", noon + 1950ms));
}

TEST(Throttle, AWindowBeginsWithARecord) {
  const auto step = make_step(step_type, "{limit: 1, window: 1s}");
  EXPECT_TRUE(pass(*step, "{}", noon));
  EXPECT_TRUE(pass(*step, "{}", noon + 1700ms));
  EXPECT_FALSE(pass(*step, "{}", noon + 2600ms));
  EXPECT_TRUE(pass(*step, "{}", noon + 2700ms));
}

TEST(Throttle, AClockThatIsSetBackKeepsNothingShut) {
  const auto step = make_step(step_type, "{limit: 1, window: 1s}");
  EXPECT_TRUE(pass(*step, "{}", noon));
  EXPECT_TRUE(pass(*step, "{}", noon - 1h));
  EXPECT_FALSE(pass(*step, "{}", noon - 1h));
}

TEST(Throttle, EachKeyForItself) {
  const auto step = make_step(step_type, "{key: service, limit: 1}");
  EXPECT_TRUE(pass(*step, R"({"service":"a"})"));
  EXPECT_TRUE(pass(*step, R"({"service":"b"})"));
  EXPECT_FALSE(pass(*step, R"({"service":"\u0061"})"));
  EXPECT_TRUE(pass(*step, R"({"service":1})"));
  EXPECT_TRUE(pass(*step, R"({"service":{"a":1}})"));
  EXPECT_FALSE(pass(*step, R"({"service":{"a":1}})"));
  EXPECT_TRUE(pass(*step, R"({"service":{"a":2}})"));
  EXPECT_TRUE(pass(*step, R"({"x":1})")) << "all without it have one key";
  EXPECT_FALSE(pass(*step, R"({"x":2})"));
}

TEST(Throttle, AKeyMayBeATemplate) {
  transforms::Surroundings surroundings;
  surroundings.facts.set("host.name", "web-1");
  const auto step = make_step(step_type, "{key: '{service}/{level}@{host.name}', limit: 1}", surroundings);
  EXPECT_TRUE(pass(*step, R"({"service":"a","level":"INFO"})"));
  EXPECT_TRUE(pass(*step, R"({"service":"a","level":"WARN"})"));
  EXPECT_FALSE(pass(*step, R"({"level":"WARN","service":"a"})"));
  EXPECT_TRUE(pass(*step, R"({"service":"a"})"));
  EXPECT_FALSE(pass(*step, R"({"service":"a"})"));
}

TEST(Throttle, TheFirstThatPassesAgainSaysHowManyDidNot) {
  const auto step = make_step(step_type, "{key: k, limit: 1, mark: log.throttled}");
  EXPECT_EQ(pass(*step, R"({"k":1})", noon), R"({"k":1})");
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(pass(*step, R"({"k":1})", noon));
  EXPECT_EQ(pass(*step, R"({"k":2})", noon), R"({"k":2})");
  EXPECT_EQ(pass(*step, R"({"k":1})", noon + 1s), R"({"k":1,"log":{"throttled":5}})");
  EXPECT_EQ(pass(*step, R"({"k":1})", noon + 2s), R"({"k":1})");
}

TEST(Throttle, TheKeyThatWasNotSeenForLongestIsForgotten) {
  const auto step = make_step(step_type, "{key: k, limit: 1, window: 1h, keys_max: 2}");
  EXPECT_TRUE(pass(*step, R"({"k":1})"));
  EXPECT_TRUE(pass(*step, R"({"k":2})"));
  EXPECT_FALSE(pass(*step, R"({"k":1})"));
  EXPECT_TRUE(pass(*step, R"({"k":3})"));
  EXPECT_FALSE(pass(*step, R"({"k":1})"));
  EXPECT_TRUE(pass(*step, R"({"k":2})")) << "it begins anew";
}

TEST(Throttle, APlaceInAListThatIsNotThereIsCounted) {
  transforms::Surroundings surroundings;
  const auto step = make_step(step_type, "{limit: 1, mark: l.3}", surroundings);
  const std::string json = R"({"l":[]})";
  pass(*step, json);
  pass(*step, json);
  EXPECT_EQ(pass(*step, json, noon + 1s), json);
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::step_errors, {"test", "1_throttle", "no_place"}), 1U);
}

TEST(Throttle, ChecksItsConfiguration) {
  const auto problems = [](const std::string& yaml) { return transforms::problems_of(step_type, yaml); };
  EXPECT_EQ(problems("{key: a.b, limit: 1, window: 1h, keys_max: 7, mark: x}"), "");
  EXPECT_EQ(problems("{key: '{a}-%Y', limit: 1}"), "");
  EXPECT_NE(problems("{}").find("limit"), std::string::npos);
  EXPECT_NE(problems("{limit: 0}"), "");
  EXPECT_NE(problems("{limit: 1, window: 0s}"), "");
  EXPECT_NE(problems("{limit: 1, keys_max: 0}"), "");
  EXPECT_NE(problems("{limit: 1, key: 'a.*'}").find("without `*`"), std::string::npos);
  EXPECT_NE(problems("{limit: 1, key: '{a'}").find("test:1:17: error: key: not a text to fill in: column"),
            std::string::npos)
      << problems("{limit: 1, key: '{a'}");
}

}  // namespace
}  // namespace towline::throttle
