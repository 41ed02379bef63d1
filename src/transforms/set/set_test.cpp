#include "transforms/set/set.hpp"

#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"

namespace towline::set {
namespace {

std::string set(const std::string& yaml, const std::string& json) {
  return transforms::apply_step(step_type, yaml, json);
}

TEST(Set, AddsAtTheEnd) {
  EXPECT_EQ(set("{env: prod}", R"({"a":1 })"), R"({"a":1,"env":"prod"})");
  EXPECT_EQ(set("{env: prod}", "{}"), R"({"env":"prod"})");
}

TEST(Set, ReplacesInPlaceAndEveryDuplicate) {
  EXPECT_EQ(set("{a: 2}", R"({"a":{"x":1},"b":0,"\u0061":[]})"), R"({"a":2,"b":0,"\u0061":2})");
}

TEST(Set, KeepsTheTypesOfYaml) {
  EXPECT_EQ(set("{a: 1, b: 1.50, c: true, d: null, e: '1', f: \"null\", g: yes, h: 007, i: , j: 'q\"'}", "{}"),
            R"({"a":1,"b":1.50,"c":true,"d":null,"e":"1","f":"null","g":"yes","h":"007","i":null,"j":"q\""})");
}

TEST(Set, MakesObjectsOnTheWay) {
  EXPECT_EQ(set("{a.b.c: 1, a.b.d: 2}", "{}"), R"({"a":{"b":{"c":1,"d":2}}})");
  EXPECT_EQ(set("{a.b: 1}", R"({"a":"text","z":0})"), R"({"a":{"b":1},"z":0})");
  EXPECT_EQ(set("{a.b: 1}", R"({"a":{"x":0}})"), R"({"a":{"x":0,"b":1}})");
}

TEST(Set, ElementsAreSetButNotAdded) {
  EXPECT_EQ(set("{a.1: x, a.1.b: 1, a.5: y}", R"({"a":[1,2]})"), R"({"a":[1,{"b":1}]})");
}

TEST(Set, FillsIn) {
  const std::string json = R"({"service":"shop","user":{"id":7,"name":"\u00e9\"x"},"tags":["a", {"b":1}]})";
  const auto value = [&](const std::string& text) {
    const std::string out = set("{new: '" + text + "'}", json);
    return out.substr(json.size() - 1 + std::string_view(",\"new\":").size());
  };
  EXPECT_EQ(value("{service}-{user.id}"), R"("shop-7"})");
  EXPECT_EQ(value("{user.name}"), "\"\xC3\xA9\\\"x\"}");
  EXPECT_EQ(value("{user.id}"), R"("7"})") << "a text; to keep the type there is copy";
  EXPECT_EQ(value("{tags}"), R"("[\"a\", {\"b\":1}]"})");
  EXPECT_EQ(value("{tags.1.b}{{{service}}}"), R"("1{shop}"})");
  EXPECT_EQ(value("%Y-%m-%d"), R"("1970-01-01"})");
}

TEST(Set, BracesAndPercentSignsAreWrittenTwice) {
  EXPECT_EQ(set("{a: '{{\"x\": {{1}} }}', b: '100%%'}", "{}"), R"({"a":"{\"x\": {1} }","b":"100%"})");
  EXPECT_EQ(set("{a: 10.5, b: true, c: null}", "{}"), R"({"a":10.5,"b":true,"c":null})");
}

TEST(Set, LaterFieldsSeeEarlierOnes) {
  EXPECT_EQ(set("{a: 'x', b: '{a}y', c: '{b}z'}", "{}"), R"({"a":"x","b":"xy","c":"xyz"})");
}

TEST(Set, AFieldIsFilledInWithItself) {
  EXPECT_EQ(set("{a: 'x{a}'}", R"({"a":"1","a":"2"})"), R"({"a":"x2","a":"x2"})");
}

TEST(Set, ALongTextAndAKeyThatStandsManyTimesMakeNoGiant) {
  const std::string text(20'000, 'x');
  std::string json = R"({"a":")" + text + '"';
  for (int i = 0; i < 5000; ++i) json += R"(,"b":0)";
  EXPECT_EQ(set("{b: '{a}'}", json + R"(,"c":1})"), R"({"a":")" + text + R"(","b":")" + text + R"(","c":1})");
}

TEST(Set, ALongTextIsNotFilledInManyTimes) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{b: '{a}{a}{a}{a}{a}{a}', c: '{a}{a}'}", surroundings);
  const std::string text(100'000, 'x');
  const std::string json = R"({"a":")" + text + R"("})";
  EXPECT_EQ(transforms::apply_step(*step, json), R"({"a":")" + text + R"(","c":")" + text + text + R"("})");
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::step_errors, {"test", "1_set", "limit"}), 1U);
}

TEST(Set, FactsComeBeforeFields) {
  transforms::Surroundings surroundings;
  surroundings.facts.set("host.name", "web-1");
  const auto step = transforms::make_step(step_type, "{at: '{host.name}/{host.zone}'}", surroundings);
  EXPECT_EQ(transforms::apply_step(*step, R"({"host":{"name":"no","zone":"b"}})"),
            R"({"host":{"name":"no","zone":"b"},"at":"web-1/b"})");
}

TEST(Set, WhatCanNotBeFilledInIsNotSetAndCounted) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{a: '{x}-{y}', b.c: '{y}', d: 1}", surroundings);
  EXPECT_EQ(transforms::apply_step(*step, R"({"x":1,"a":0})"), R"({"x":1,"a":0,"d":1})");
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::step_errors, {"test", "1_set", "missing_field"}), 2U);
}

TEST(Set, ChecksItsConfiguration) {
  EXPECT_NE(transforms::problems_of(step_type, "{a: [1]}"), "");
  EXPECT_NE(transforms::problems_of(step_type, "{a.*: 1}").find("can't be found by `*`"), std::string::npos);
  EXPECT_NE(transforms::problems_of(step_type, "{a: 1, a: 2}"), "");
  EXPECT_NE(transforms::problems_of(step_type, "a"), "");
  for (const char* text : {"{", "}", "{}", "{a..b}", "{a.*}", "100%", "%Q"}) {
    EXPECT_NE(
        transforms::problems_of(step_type, "{x: '" + std::string(text) + "'}").find("test:1:5: error: x: not a text"),
        std::string::npos)
        << text;
  }
}

TEST(Set, TheValueOfAVariableIsTakenAsItIs) {
  const auto problems = [](const std::string& yaml, Assignments& assignments) {
    config::Problems found("test");
    const auto variables = [](std::string_view) { return std::optional<std::string>("{a} 100% }"); };
    const auto node = config::parse_yaml(yaml, variables, found);
    const auto parsed = config::Value<Assignments>::parse(*node, found);
    if (parsed) assignments = *parsed;
    return found.text();
  };
  Assignments assignments;
  EXPECT_EQ(problems("{x: '${V}', y: '${V:-}/${V}'}", assignments), "");
  ASSERT_EQ(assignments.list.size(), 2U);
  EXPECT_EQ(assignments.list[0].json, R"("{a} 100% }")");
  EXPECT_EQ(assignments.list[1].json, R"("{a} 100% }/{a} 100% }")");
  EXPECT_NE(problems("{x: '${V}{b}'}", assignments), "") << "there the braces of the variable count, too";
  EXPECT_EQ(problems("{x: '$${{b}}'}", assignments), "");
  EXPECT_EQ(assignments.list[0].json, R"("${b}")");
}

}  // namespace
}  // namespace towline::set
