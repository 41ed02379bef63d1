#include "transforms/sample/sample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "transforms/step_test_support.hpp"
#include "transforms/timed_step_test_support.hpp"

namespace towline::sample {
namespace {

using transforms::make_step;
using transforms::pass;

int passed(component::Step& step, const std::string& json, int times) {
  int count = 0;
  for (int i = 0; i < times; ++i) count += pass(step, json) ? 1 : 0;
  return count;
}

TEST(Sample, OneOfTenExactlyAndTheFirst) {
  const auto step = make_step(step_type, "{rate: 10}");
  EXPECT_EQ(pass(*step, R"({"a":1})"), R"({"a":1,"sample_rate":10})");
  EXPECT_EQ(passed(*step, "{}", 9), 0);
  EXPECT_EQ(passed(*step, "{}", 1000), 100);
}

TEST(Sample, EachLevelIsCountedForItself) {
  const auto step = make_step(step_type, "{levels: {debug: 100, Information: 10}}");
  int debug = 0;
  int info = 0;
  for (int i = 0; i < 1000; ++i) {
    debug += pass(*step, R"({"level":"DBG"})") ? 1 : 0;
    info += pass(*step, R"({"level":"\u0049NFO"})") ? 1 : 0;
    EXPECT_EQ(pass(*step, R"({"level":"error"})"), R"({"level":"error"})") << "rate is 1";
  }
  EXPECT_EQ(debug, 10);
  EXPECT_EQ(info, 100);
  for (const char* json : {"{}", R"({"level":10})", R"({"level":"odd"})", R"({"level":["debug"]})"})
    EXPECT_EQ(passed(*step, json, 3), 3) << json;
}

TEST(Sample, RateIsForTheOtherLevels) {
  const auto step = make_step(step_type, "{rate: 2, levels: {ERROR: 1}, level_field: log.level}");
  EXPECT_EQ(passed(*step, R"({"log":{"level":"error"}})", 10), 10);
  EXPECT_EQ(passed(*step, R"({"log":{"level":"warn"}})", 10), 5);
  EXPECT_EQ(passed(*step, R"({"level":"error"})", 10), 5);
}

std::set<int> traces_that_pass(const std::string& yaml, const std::string& more = "", int count = 10'000) {
  const auto step = make_step(step_type, yaml);
  std::set<int> traces;
  for (int i = 1; i <= count; ++i) {
    const std::string json = R"({"trace_id":"trace-)" + std::to_string(i) + "\"" + more + "}";
    const bool first = pass(*step, json).has_value();
    EXPECT_EQ(pass(*step, json).has_value(), first) << "a trace stays whole";
    if (first) traces.insert(i);
  }
  return traces;
}

// The hash is part of the contract: other instances and versions must choose the same.
TEST(Sample, AKeyDecidesTheSameEverywhere) {
  EXPECT_EQ(traces_that_pass("{rate: 10, key: trace_id}", "", 40), (std::set<int>{3, 17}));
}

TEST(Sample, AKeyPassesOneInTenAndAtEveryLowerRate) {
  const std::set<int> ten = traces_that_pass("{rate: 10, key: trace_id}");
  const std::set<int> hundred = traces_that_pass("{rate: 100, key: trace_id}");
  const std::set<int> three = traces_that_pass("{rate: 3, key: trace_id}");
  EXPECT_NEAR(static_cast<double>(ten.size()), 1000, 150);
  EXPECT_NEAR(static_cast<double>(hundred.size()), 100, 50);
  EXPECT_TRUE(std::ranges::includes(ten, hundred));
  EXPECT_TRUE(std::ranges::includes(three, ten));
  const std::string by_level = "{key: trace_id, levels: {DEBUG: 100, INFO: 10}}";
  EXPECT_EQ(traces_that_pass(by_level, R"(,"level":"INFO")"), ten);
  EXPECT_EQ(traces_that_pass(by_level, R"(,"level":"DEBUG")"), hundred);
}

TEST(Sample, TheTextOfAKeyCountsNotHowItIsWritten) {
  const auto step = make_step(step_type, "{rate: 10, key: trace_id}");
  EXPECT_TRUE(pass(*step, R"({"trace_id":"\u0074race-3"})"));
  EXPECT_FALSE(pass(*step, R"({"trace_id":"\u0074race-4"})"));
}

TEST(Sample, RecordsWithoutTheKeyAreCounted) {
  for (const char* json :
       {"{}", R"({"trace_id":""})", R"({"trace_id":null})", R"({"trace_id":["trace-3"]})", R"({"trace_id":true})"}) {
    const auto step = make_step(step_type, "{rate: 5, key: trace_id}");
    EXPECT_EQ(passed(*step, json, 50), 10) << json;
  }
}

TEST(Sample, WhatIsToBeKeptPassesAndIsNotCounted) {
  const auto step = make_step(step_type, R"({rate: 10, key: id, keep: '{ $.status >= 500 }'})");
  EXPECT_EQ(pass(*step, R"({"status":503})"), R"({"status":503})");
  EXPECT_EQ(passed(*step, R"({"status":503,"id":"x"})", 20), 20);
  EXPECT_TRUE(pass(*step, R"({"status":200})")) << "the first that is counted";
  EXPECT_EQ(passed(*step, R"({"status":200})", 9), 0);
}

TEST(Sample, TheRateIsWritten) {
  const auto first = [](const std::string& yaml, const std::string& json) {
    return pass(*make_step(step_type, yaml), json);
  };
  EXPECT_EQ(first("{rate: 10, rate_field: meta.rate}", "{}"), R"({"meta":{"rate":10}})");
  EXPECT_EQ(first("{rate: 10, rate_field: off}", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(first("{rate: 10}", R"({"sample_rate":7,"a":1})"), R"({"sample_rate":70,"a":1})");
  EXPECT_EQ(first("{rate: 1000000000}", R"({"sample_rate":1000000000})"), R"({"sample_rate":1000000000000000000})");
  for (const char* odd : {"0", "-3", "1.5", "1e3", "\"7\"", "null", "1000000001", "99999999999999999999999"})
    EXPECT_EQ(first("{rate: 10}", std::string(R"({"sample_rate":)") + odd + "}"), R"({"sample_rate":10})") << odd;
}

TEST(Sample, APlaceInAListThatIsNotThereIsCounted) {
  transforms::Surroundings surroundings;
  const auto step = make_step(step_type, "{rate: 2, rate_field: l.3}", surroundings);
  EXPECT_EQ(pass(*step, R"({"l":[]})"), R"({"l":[]})");
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::step_errors, {"test", "1_sample", "no_place"}), 1U);
}

TEST(Sample, ChecksItsConfiguration) {
  const auto problems = [](const std::string& yaml) { return transforms::problems_of(step_type, yaml); };
  EXPECT_EQ(problems("{rate: 10, key: a.b}"), "");
  EXPECT_NE(problems("{levels: {loud: 1}}").find("test:1:11: error: levels.loud: not a level: `loud`"),
            std::string::npos);
  EXPECT_EQ(problems("{levels: {warn: 2, ERROR: 1}, keep: ERROR, rate_field: off}"), "");
  EXPECT_NE(problems("{}").find("`rate` or `levels` is needed"), std::string::npos);
  EXPECT_NE(problems("{rate: 0}").find("must be 1 to 1000000000"), std::string::npos);
  EXPECT_NE(problems("{levels: {DEBUG: 0}}").find("test:1:18: error: levels.DEBUG: must be 1 to 1000000000, not `0`"),
            std::string::npos)
      << problems("{levels: {DEBUG: 0}}");
  EXPECT_NE(problems("{levels: {WARN: 2, warning: 3}}").find("has a rate already"), std::string::npos);
  EXPECT_NE(problems("{levels: [DEBUG]}").find("a map of levels"), std::string::npos);
  EXPECT_NE(problems("{rate: 10, keep: '{ $.a }'}").find("test:1:25: error: keep: expected =,"), std::string::npos)
      << problems("{rate: 10, keep: '{ $.a }'}");
  EXPECT_NE(problems("{rate: 10, key: 'a.*'}").find("without `*`"), std::string::npos);
}

}  // namespace
}  // namespace towline::sample
