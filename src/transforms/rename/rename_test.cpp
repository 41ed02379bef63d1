#include "transforms/rename/rename.hpp"

#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"

namespace towline::rename {
namespace {

std::string rename(const std::string& yaml, const std::string& json) {
  return transforms::apply_step(step_type, yaml, json);
}
std::string problems(const std::string& yaml) {
  return transforms::problems_of(step_type, yaml);
}

TEST(Rename, ChangesTheKeyAndNothingElse) {
  EXPECT_EQ(rename("{timestamp: dt}", R"({"a": 1, "timestamp" : "t" ,"b":2})"), R"({"a": 1, "dt" : "t" ,"b":2})");
  EXPECT_EQ(rename("{timestamp: dt}", R"({"a":{"timestamp":1}})"), R"({"a":{"timestamp":1}})");
  EXPECT_EQ(rename("{timestamp: dt}", R"({"time\u0073tamp":1})"), R"({"dt":1})");
}

TEST(Rename, FollowsPaths) {
  EXPECT_EQ(rename("{a.b: c}", R"({"a":{"b":1},"b":2})"), R"({"a":{"c":1},"b":2})");
  EXPECT_EQ(rename("{l.*.id: n}", R"({"l":[{"id":1},{"x":2,"id":3}]})"), R"({"l":[{"n":1},{"x":2,"n":3}]})");
  EXPECT_EQ(rename("{'a\\.b': c}", R"({"a.b":1})"), R"({"c":1})");
}

TEST(Rename, WhatHasTheNameGivesWay) {
  EXPECT_EQ(rename("{a: b}", R"({"b":1,"a":2,"b":3})"), R"({"b":2})");
  EXPECT_EQ(rename("{a: b}", R"({"b":1})"), R"({"b":1})") << "but not to a field that is missing";
  EXPECT_EQ(rename("{a: a}", R"({"a":1})"), R"({"a":1})");
}

TEST(Rename, DuplicatesAreAllRenamed) {
  EXPECT_EQ(rename("{a: b}", R"({"a":1,"c":2,"a":3})"), R"({"b":1,"c":2,"b":3})");
}

TEST(Rename, RulesFollowEachOther) {
  EXPECT_EQ(rename("{a: b, b: c}", R"({"a":1,"b":2})"), R"({"c":1})");
}

TEST(Rename, MovesToAPlace) {
  EXPECT_EQ(rename("{user: actor.name}", R"({"user": "u","x":1})"), R"({"x":1,"actor":{"name":"u"}})");
  EXPECT_EQ(rename("{a: o.p.q}", R"({"o":{"x":1},"a":[1,{"b":2}]})"), R"({"o":{"x":1,"p":{"q":[1,{"b":2}]}}})");
  EXPECT_EQ(rename("{a: o.q}", R"({"a":1,"o":"text"})"), R"({"o":{"q":1}})");
  EXPECT_EQ(rename("{a: o.q}", R"({"a":1,"a":2,"o":{"q":0}})"), R"({"o":{"q":2}})");
  EXPECT_EQ(rename("{a: a.b}", R"({"a":1})"), R"({"a":{"b":1}})");
  EXPECT_EQ(rename("{a.b.c: a.b}", R"({"a":{"b":{"c":{"d":1}}}})"), R"({"a":{"b":{"d":1}}})");
  EXPECT_EQ(rename("{a: l.0.x}", R"({"a":1,"l":[{"y":2}]})"), R"({"l":[{"y":2,"x":1}]})");
}

TEST(Rename, WhatCanNotBeMovedStaysWhereItIs) {
  EXPECT_EQ(rename("{user: list.u}", R"({"user":"u1","list":[1],"k":1})"), R"({"user":"u1","list":[1],"k":1})");
  EXPECT_EQ(rename("{user: list.7.u}", R"({"user":"u1","list":[1]})"), R"({"user":"u1","list":[1]})");
  EXPECT_EQ(rename("{a: a.b}", R"({"a":[1]})"), R"({"a":{"b":[1]}})");
}

TEST(Rename, ElementsHaveNoName) {
  EXPECT_EQ(rename("{a.0: b}", R"({"a":[1,2]})"), R"({"a":[1,2]})");
}

TEST(Rename, ChecksItsConfiguration) {
  EXPECT_EQ(problems("{a: b, c.*.d: e}"), "");
  EXPECT_NE(problems("[a, b]"), "");
  EXPECT_NE(problems("{a: [b]}"), "");
  EXPECT_NE(problems("{a: b, a: c}"), "");
  EXPECT_NE(problems("{a..b: c}").find("a key is missing"), std::string::npos);
  EXPECT_NE(problems("{a.*: c}").find("can't be `*`"), std::string::npos);
  EXPECT_NE(problems("{a: '*'}").find("can't hold `*`"), std::string::npos);
  EXPECT_NE(problems("{a.*.b: c.d}").find("moved to one place"), std::string::npos);
}

}  // namespace
}  // namespace towline::rename
