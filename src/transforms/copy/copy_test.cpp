#include "transforms/copy/copy.hpp"

#include <gtest/gtest.h>

#include "record/limits.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::copy {
namespace {

std::string copy(const std::string& yaml, const std::string& json) {
  return transforms::apply_step(step_type, yaml, json);
}

TEST(Copy, PutsACopyAtTheEnd) {
  EXPECT_EQ(copy("{a: b}", R"({"a": 1.50,"c":2})"), R"({"a": 1.50,"c":2,"b":1.50})");
  EXPECT_EQ(copy("{o: p}", R"({"o": {"x":[1, "\u00e9"]}})"), R"({"o": {"x":[1, "\u00e9"]},"p":{"x":[1, "\u00e9"]}})");
  EXPECT_EQ(copy("{o.x.1: last}", R"({"o":{"x":[1,{"y":2}]}})"), R"({"o":{"x":[1,{"y":2}]},"last":{"y":2}})");
}

TEST(Copy, MakesObjectsOnTheWay) {
  EXPECT_EQ(copy("{a: o.p.q}", R"({"a":1,"o":{"x":0}})"), R"({"a":1,"o":{"x":0,"p":{"q":1}}})");
  EXPECT_EQ(copy("{a: o.q}", R"({"a":1,"o":"text"})"), R"({"a":1,"o":{"q":1}})");
}

TEST(Copy, ReplacesWhatIsThere) {
  EXPECT_EQ(copy("{a: b}", R"({"b":{"x":1},"a":[2],"b":3})"), R"({"b":[2],"a":[2],"b":[2]})");
  EXPECT_EQ(copy("{a: l.1}", R"({"a":{"x":1},"l":[0, 1]})"), R"({"a":{"x":1},"l":[0, {"x":1}]})");
}

TEST(Copy, OfSeveralMembersOfANameTheLastOneCounts) {
  EXPECT_EQ(copy("{a: b}", R"({"a":1,"a":2})"), R"({"a":1,"a":2,"b":2})");
}

TEST(Copy, IntoItselfAndOutOfItself) {
  EXPECT_EQ(copy("{a: a.copy}", R"({"a":{"x":1}})"), R"({"a":{"x":1,"copy":{"x":1}}})");
  EXPECT_EQ(copy("{a: a.x}", R"({"a":{"x":1,"y":2}})"), R"({"a":{"x":{"x":1,"y":2},"y":2}})");
  EXPECT_EQ(copy("{a: a.new.copy}", R"({"a":{"x":1}})"), R"({"a":{"x":1,"new":{"copy":{"x":1}}}})");
  EXPECT_EQ(copy("{a.x: a}", R"({"a":{"x":{"y":1},"z":2}})"), R"({"a":{"y":1}})");
  EXPECT_EQ(copy("{a: a}", R"({"a":{"x":1}})"), R"({"a":{"x":1}})");
}

// Each copy would hold those before it.
TEST(Copy, IntoItselfOnceWhereAKeyStandsSeveralTimes) {
  EXPECT_EQ(copy("{a: a.b}", R"({"a":{"b":1,"b":2,"b":3}})"), R"({"a":{"b":{"b":1,"b":2,"b":3}}})");
}

TEST(Copy, ALongTextAndAKeyThatStandsManyTimesMakeNoGiant) {
  const std::string text(20'000, 'x');
  std::string json = R"({"a":")" + text + R"(","o":{"b":0)";
  for (int i = 0; i < 5000; ++i) json += R"(,"b":0)";
  EXPECT_EQ(copy("{a: o.b}", json + "}}"), R"({"a":")" + text + R"(","o":{"b":")" + text + R"("}})");
  EXPECT_EQ(copy("{a: b}", R"({"b":0,"a":")" + text + R"(","b":0})"),
            R"({"b":")" + text + R"(","a":")" + text + R"(","b":")" + text + R"("})");
}

TEST(Copy, AnObjectAndAKeyThatStandsManyTimesTakeLittleTime) {
  std::string list = "[0";
  std::string json = "{";
  for (int i = 0; i < 20'000; ++i) {
    list += ",0";
    json += R"("b":0,)";
  }
  const std::string copied = copy("{a: b}", json + R"("a":)" + list + "]}");
  EXPECT_TRUE(copied == R"({"b":)" + list + R"(],"a":)" + list + "]}") << copied.size();
}

TEST(Copy, ACopyIsItsOwn) {
  EXPECT_EQ(copy("{a: b, n: b.x, b.y: a.y}", R"({"n":7,"a":{"x":1,"y":2}})"),
            R"({"n":7,"a":{"x":1,"y":2},"b":{"x":7,"y":2}})");
}

TEST(Copy, RulesFollowEachOther) {
  EXPECT_EQ(copy("{a: b, b: c}", R"({"a":1})"), R"({"a":1,"b":1,"c":1})");
}

TEST(Copy, IgnoresWhatIsMissing) {
  EXPECT_EQ(copy("{a: b, c.d: e}", R"({"b":1,"c":2})"), R"({"b":1,"c":2})");
}

TEST(Copy, WhatHasNoPlaceIsCounted) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{a: l.5, b: l.x}", surroundings);
  const std::string json = R"({"a":1,"b":2,"l":[0]})";
  EXPECT_EQ(transforms::apply_step(*step, json), json);
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::step_errors, {"test", "1_copy", "no_place"}), 2U);
}

TEST(Copy, WhatWouldBeTooDeepIsCountedAndNothingIsMade) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{a: x.y}", surroundings);
  const std::size_t arrays = record::depth_max - 1;
  const std::string json = R"({"a":)" + std::string(arrays, '[') + std::string(arrays, ']') + "}";
  EXPECT_EQ(transforms::apply_step(*step, json), json);
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::step_errors, {"test", "1_copy", "limit"}), 1U);
}

TEST(Copy, ChecksItsConfiguration) {
  EXPECT_EQ(transforms::problems_of(step_type, "{a.b: c.d, '\"x.y\"': z}"), "");
  EXPECT_NE(transforms::problems_of(step_type, "[a]"), "");
  EXPECT_NE(transforms::problems_of(step_type, "{a: [b]}"), "");
  EXPECT_NE(transforms::problems_of(step_type, "{a: b, a: c}"), "");
  EXPECT_NE(transforms::problems_of(step_type, "{a..b: c}").find("a key is missing"), std::string::npos);
  EXPECT_NE(transforms::problems_of(step_type, "{a.*: c}").find("test:1:2: error: a.*: a field to copy"),
            std::string::npos)
      << transforms::problems_of(step_type, "{a.*: c}");
  EXPECT_NE(transforms::problems_of(step_type, "{a: 'c.*'}").find("can't hold `*`"), std::string::npos);
}

}  // namespace
}  // namespace towline::copy
