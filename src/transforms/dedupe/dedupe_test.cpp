#include "transforms/dedupe/dedupe.hpp"

#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"
#include "transforms/timed_step_test_support.hpp"

namespace towline::dedupe {
namespace {

using transforms::make_step;
using transforms::noon;
using transforms::pass;
using namespace std::chrono_literals;

// Whether the second record is a repeat of the first.
bool same(const std::string& yaml, const std::string& first, const std::string& second) {
  const auto step = make_step(step_type, yaml);
  EXPECT_TRUE(pass(*step, first));
  return !pass(*step, second);
}

TEST(Dedupe, TheFirstPassesAndTheNextOneSaysHowManyDidNot) {
  const auto step = make_step(step_type, "{window: 10s}");
  EXPECT_EQ(pass(*step, R"({"m":"x"})", noon), R"({"m":"x"})");
  EXPECT_FALSE(pass(*step, R"({"m":"x"})", noon + 1s));
  EXPECT_EQ(pass(*step, R"({"m":"y"})", noon + 1s), R"({"m":"y"})");
  EXPECT_FALSE(pass(*step, R"({"m":"x"})", noon + 9'999'999'999ns));
  EXPECT_EQ(pass(*step, R"({"m":"x"})", noon + 10s), R"({"m":"x","repeated":2})");
  EXPECT_FALSE(pass(*step, R"({"m":"x"})", noon + 19s)) << "the window is that of the one that passed";
  EXPECT_EQ(pass(*step, R"({"m":"x"})", noon + 21s), R"({"m":"x","repeated":1})");
  EXPECT_EQ(pass(*step, R"({"m":"x"})", noon + 31s), R"({"m":"x"})");
}

TEST(Dedupe, TheCountMayHaveAnotherPlaceOrNone) {
  for (const auto& [yaml, out] :
       {std::pair("{count_field: log.n}", R"({"m":"x","log":{"n":1}})"), {"{count_field: off}", R"({"m":"x"})"}}) {
    const auto step = make_step(step_type, yaml);
    pass(*step, R"({"m":"x"})", noon);
    pass(*step, R"({"m":"x"})", noon);
    EXPECT_EQ(pass(*step, R"({"m":"x"})", noon + 10s), out);
  }
}

TEST(Dedupe, AWholeRecordButForItsTime) {
  const std::string yaml = "{}";
  EXPECT_TRUE(same(yaml, R"({"dt":1,"m":"x","time":"a"})", R"({"m":"x","timestamp":5,"@timestamp":{"s":1}})"));
  EXPECT_TRUE(same(yaml, R"({"m":{"a":[1,2]}})", R"({ "m" : { "a" : [ 1 , 2 ] } })"));
  EXPECT_FALSE(same(yaml, R"({"m":"x"})", R"({"m":"y"})"));
  EXPECT_FALSE(same(yaml, R"({"m":"x"})", R"({"n":"x"})"));
  EXPECT_FALSE(same(yaml, R"({"m":"1"})", R"({"m":1})"));
  EXPECT_FALSE(same(yaml, R"({"m":{"dt":1}})", R"({"m":{"dt":2}})")) << "only that of the record";
  EXPECT_TRUE(same("{ignore: [m.dt, 'l.*.id']}", R"({"m":{"dt":1},"l":[{"id":1},{"id":2}]})",
                   R"({"m":{"dt":2},"l":[{"id":3},{}]})"));
  EXPECT_FALSE(same("{ignore: [m.dt]}", R"({"dt":1})", R"({"dt":2})"));
}

// Different trees are different texts.
TEST(Dedupe, WhereAValueIsCounts) {
  const std::string records[] = {R"({"a":[1,2]})",        R"({"a":[[1],2]})",     R"({"a":[[1,2]]})",
                                 R"({"a":[1],"b":2})",    R"({"a":{"b":1}})",     R"({"a":{},"b":1})",
                                 R"({"a":[{"b":1}]})",    R"({"a":[],"b":1})",    R"({"a":[{},{"b":1}]})",
                                 R"({"a":[{"b":1},{}]})", R"({"a":"1,\"b\":1"})", R"({"a":12})"};
  for (const std::string& first : records) {
    for (const std::string& second : records) EXPECT_EQ(same("{}", first, second), first == second) << first << second;
  }
}

TEST(Dedupe, ByTheFieldsThatAreNamed) {
  const std::string yaml = "{fields: [message, err.code]}";
  EXPECT_TRUE(same(yaml, R"({"message":"x","err":{"code":1},"n":1})", R"({"err":{"code":1,"at":2},"message":"x"})"));
  EXPECT_FALSE(same(yaml, R"({"message":"x","err":{"code":1}})", R"({"message":"x","err":{"code":2}})"));
  EXPECT_FALSE(same(yaml, R"({"message":"x"})", R"({"message":"x","err":{"code":2}})"));
  EXPECT_TRUE(same(yaml, R"({"message":{"a":[1]}})", R"({"message":{"a":[1]},"dt":2})"));
  EXPECT_FALSE(same("{fields: [a, b]}", R"({"a":1})", R"({"b":1})"));
  EXPECT_FALSE(same(yaml, R"({"n":1})", R"({"n":1})")) << "what has none of them passes";
}

TEST(Dedupe, EarlierStepsAreSeen) {
  const auto step = make_step(step_type, "{}");
  for (const bool passes : {true, false}) {
    std::string text = passes ? R"({"a":1,"id":17})" : R"({"a":1,"id":18})";
    const std::size_t size = text.size();
    text.append(record::padding, '\0');
    record::Record record;
    ASSERT_EQ(record.parse(std::string_view(text).substr(0, size), noon), record::ParseError::none);
    record.remove(record.find(record::Record::root, "id"));
    record.make_object(record.insert(record::Record::root, "o", "1"));
    EXPECT_EQ(step->apply(record) == component::StepResult::keep, passes);
  }
}

TEST(Dedupe, AClockThatIsSetBackKeepsNothingShut) {
  const auto step = make_step(step_type, "{}");
  EXPECT_TRUE(pass(*step, "{}", noon));
  EXPECT_TRUE(pass(*step, "{}", noon - 1h));
  EXPECT_FALSE(pass(*step, "{}", noon - 1h));
}

TEST(Dedupe, WhatWasNotSeenForLongestIsForgotten) {
  const auto step = make_step(step_type, "{entries_max: 2, window: 1h}");
  EXPECT_TRUE(pass(*step, R"({"m":1})"));
  EXPECT_TRUE(pass(*step, R"({"m":2})"));
  EXPECT_FALSE(pass(*step, R"({"m":1})"));
  EXPECT_TRUE(pass(*step, R"({"m":3})"));
  EXPECT_FALSE(pass(*step, R"({"m":1})"));
  EXPECT_EQ(pass(*step, R"({"m":2})"), R"({"m":2})") << "like a new one";
}

TEST(Dedupe, APlaceInAListThatIsNotThereIsCounted) {
  transforms::Surroundings surroundings;
  const auto step = make_step(step_type, "{count_field: l.3}", surroundings);
  const std::string json = R"({"l":[]})";
  pass(*step, json);
  pass(*step, json);
  EXPECT_EQ(pass(*step, json, noon + 10s), json);
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::step_errors, {"test", "1_dedupe", "no_place"}), 1U);
}

TEST(Dedupe, ChecksItsConfiguration) {
  const auto problems = [](const std::string& yaml) { return transforms::problems_of(step_type, yaml); };
  EXPECT_EQ(problems("{fields: [a.b, 'c.*'], ignore: [], window: 1m, entries_max: 5, count_field: n}"), "");
  EXPECT_NE(problems("{fields: a}"), "");
  EXPECT_NE(problems("{fields: [a..b]}").find("a key is missing"), std::string::npos);
  EXPECT_NE(problems("{window: 0s}"), "");
  EXPECT_NE(problems("{entries_max: 0}"), "");
  EXPECT_NE(problems("{count_field: 'a.*'}").find("without `*`"), std::string::npos);
}

}  // namespace
}  // namespace towline::dedupe
