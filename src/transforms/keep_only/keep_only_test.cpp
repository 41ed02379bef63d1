#include "transforms/keep_only/keep_only.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"

namespace towline::keep_only {
namespace {

using testing::HasSubstr;

std::string keep(const std::string& yaml, const std::string& json) {
  return transforms::apply_step(step_type, yaml, json);
}

TEST(KeepOnly, TakesTheRestOut) {
  EXPECT_EQ(keep("{fields: [a, c]}", R"({"a": {"x":[1]},"b":2, "\u0063":3,"d":{"a":4}})"),
            R"({"a": {"x":[1]}, "\u0063":3})");
  EXPECT_EQ(keep("{fields: [x]}", R"({"a":1})"), "{}");
  EXPECT_EQ(keep("{fields: [a]}", R"({"a":1,"b":2,"a":3})"), R"({"a":1,"a":3})");
}

TEST(KeepOnly, FollowsPaths) {
  EXPECT_EQ(
      keep("{fields: [a.b, a.c.d, '\"x.y\"']}", R"({"a":{"b":[1,2],"c":{"d":3,"e":4},"f":5},"x.y":6,"x":{"y":7}})"),
      R"({"a":{"b":[1,2],"c":{"d":3}},"x.y":6})");
  EXPECT_EQ(keep("{fields: [a, a.b]}", R"({"a":{"b":1,"c":2}})"), R"({"a":{"b":1,"c":2}})");
  EXPECT_EQ(keep("{fields: [a.b, a]}", R"({"a":{"b":1,"c":2}})"), R"({"a":{"b":1,"c":2}})");
}

TEST(KeepOnly, ObjectsInWhichNothingIsKeptGo) {
  EXPECT_EQ(keep("{fields: [a.b.c]}", R"({"a":{"b":{"x":1},"y":2},"z":3})"), "{}");
  EXPECT_EQ(keep("{fields: [a.b]}", R"({"a":"text"})"), "{}");
  EXPECT_EQ(keep("{fields: [a.b]}", R"({"a":{"b":{}}})"), R"({"a":{"b":{}}})");
}

TEST(KeepOnly, Stars) {
  EXPECT_EQ(keep("{fields: ['http_*', 'a.*_id', '*z*']}",
                 R"({"http_a":1,"xhttp_a":2,"a":{"x_id":3,"x_ids":4},"\u007a":5,"azb":6})"),
            R"({"http_a":1,"a":{"x_id":3},"\u007a":5,"azb":6})");
  EXPECT_EQ(keep("{fields: ['*.id']}", R"({"a":{"id":1,"x":2},"b":{"x":3},"id":4})"), R"({"a":{"id":1}})");
  EXPECT_EQ(keep("{fields: ['\"a*\"', 'b\\*']}", R"({"a*":1,"ab":2,"b*":3,"bc":4})"), R"({"a*":1,"b*":3})");
}

TEST(KeepOnly, Lists) {
  EXPECT_EQ(keep("{fields: [l.*.id, m.1, n.0.x]}", R"({"l":[{"id":1,"x":2},{"x":3},4,{"id":5}],"m":[6,7,8],"n":[9]})"),
            R"({"l":[{"id":1},{"id":5}],"m":[7]})");
  EXPECT_EQ(keep("{fields: ['l.1*']}", R"({"l":[0,1]})"), "{}") << "elements have a number, not a name";
}

TEST(KeepOnly, TheTimeAndTheMarksOfTheDaemonStay) {
  const std::string json = R"({"dt":1,"towline":{"error":"x"},"a":2,"o":{"dt":3}})";
  EXPECT_EQ(keep("{fields: [a]}", json), R"({"dt":1,"towline":{"error":"x"},"a":2})");
  EXPECT_EQ(keep("{fields: [a], always: [o.dt]}", json), R"({"a":2,"o":{"dt":3}})");
  EXPECT_EQ(keep("{fields: [a], always: []}", json), R"({"a":2})");
}

TEST(KeepOnly, OfALineThatIsNoRecordTheTextGoesUnlessItIsNamed) {
  EXPECT_EQ(keep("{fields: [level], always: [towline]}", "plain text"), R"({"towline":{"error":"test"}})");
  EXPECT_EQ(keep("{fields: [message], always: [towline]}", "plain text"),
            R"({"message":"plain text","towline":{"error":"test"}})");
}

TEST(KeepOnly, ManyMembersAndPaths) {
  std::string json = "{\"a\":0";
  for (int i = 0; i < 30'000; ++i) json += ",\"b" + std::to_string(i) + "\":{\"x\":0}";
  EXPECT_EQ(keep("{fields: [a, '*.y', 'b*.z', '*c', 'b*c*d']}", json + "}"), "{\"a\":0}");
}

TEST(KeepOnly, ChecksItsConfiguration) {
  EXPECT_EQ(transforms::problems_of(step_type, "{fields: ['a*.b', c.*], always: []}"), "");
  EXPECT_THAT(transforms::problems_of(step_type, "{fields: []}"), HasSubstr("at least one"));
  EXPECT_THAT(transforms::problems_of(step_type, "[a]"), HasSubstr("expected"));
  EXPECT_THAT(transforms::problems_of(step_type, "{}"), HasSubstr("fields"));
  EXPECT_THAT(transforms::problems_of(step_type, "{fields: [a, b..c]}"), HasSubstr("test:1:14: error: fields[1]"));
}

}  // namespace
}  // namespace towline::keep_only
