#include "transforms/nest/nest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/limits.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::nest {
namespace {

using testing::HasSubstr;

std::string nest(const std::string& yaml, const std::string& json) {
  return transforms::apply_step(step_type, yaml, json);
}
std::string reasons(const std::string& yaml, const std::string& json, const std::string& expected) {
  return transforms::errors_counted(step_type, yaml, json, expected);
}

TEST(Nest, GathersFields) {
  EXPECT_EQ(nest("{into: http, fields: [method, path]}", R"({"path": "/","x":[1, 2],"method":"GET"})"),
            R"({"x":[1, 2],"http":{"path":"/","method":"GET"}})");
  EXPECT_EQ(nest("{into: http, fields: ['http_*', x], strip_prefix: http_}",
                 R"({"http_method":{"a": 1},"x":2,"http_":3,"y_http_z":4})"),
            R"({"y_http_z":4,"http":{"method":{"a": 1},"x":2,"http_":3}})");
  EXPECT_EQ(nest("{into: o, fields: ['*']}", R"({"a":1,"b":2})"), R"({"o":{"a":1,"b":2}})");
}

TEST(Nest, NamesAreNotPaths) {
  EXPECT_EQ(
      nest("{into: user, fields: ['user.*'], strip_prefix: user.}", R"({"user.id":1,"\u0075ser.name":2,"userx":3})"),
      R"({"userx":3,"user":{"id":1,"name":2}})");
}

TEST(Nest, IntoAnObjectThatIsThere) {
  EXPECT_EQ(nest("{into: o, fields: ['*']}", R"({"o":{"x":0},"a":1})"), R"({"o":{"x":0,"a":1}})");
  EXPECT_EQ(nest("{into: o.p, fields: [a]}", R"({"o":{"x":0},"a":1})"), R"({"o":{"x":0,"p":{"a":1}}})");
  EXPECT_EQ(nest("{into: o.p, fields: ['*']}", R"({"a":1,"b":2})"), R"({"o":{"p":{"a":1,"b":2}}})");
  EXPECT_EQ(nest("{into: l.0, fields: [a]}", R"({"l":[{}],"a":1})"), R"({"l":[{"a":1}]})");
}

TEST(Nest, WithoutAMatchNothingIsMade) {
  EXPECT_EQ(nest("{into: o.p, fields: [x, 'y*']}", R"({"a": 1})"), R"({"a": 1})");
  EXPECT_EQ(nest("{into: o, fields: ['o']}", R"({"o":"text"})"), R"({"o":"text"})");
}

TEST(Nest, WhoseNameIsTakenStays) {
  EXPECT_EQ(reasons("{into: o, fields: ['*'], strip_prefix: x_}", R"({"o":{"\u0061":0},"x_a":1,"b":2,"x_b":3})",
                    R"({"o":{"\u0061":0,"b":2},"x_a":1,"x_b":3})"),
            "1_nest name_taken=1");
  EXPECT_EQ(reasons("{into: o, fields: [a]}", R"({"a":1,"a":2})", R"({"a":2,"o":{"a":1}})"), "1_nest name_taken=1");
}

TEST(Nest, WhereSomethingElseIsInItsPlaceNothingIsMoved) {
  for (const char* json : {R"({"o":"text","a":1})", R"({"o":[1],"a":1})", R"({"o":null,"a":1})"})
    EXPECT_EQ(reasons("{into: o, fields: [a]}", json, json), "1_nest not_object=1");
  for (const char* json : {R"({"o":"text","a":1})", R"({"o":[1],"a":1})", R"({"o":{"p":1},"a":1})"})
    EXPECT_EQ(reasons("{into: o.p, fields: [a]}", json, json), "1_nest not_object=1");
}

TEST(Nest, WhatWouldBeTooDeepStays) {
  const auto record = [](std::size_t n) { return R"("a":)" + std::string(n, '[') + std::string(n, ']'); };
  const std::string json = "{" + record(record::depth_max - 1) + R"(,"b":1})";
  EXPECT_EQ(reasons("{into: o, fields: [a, b]}", json, "{" + record(record::depth_max - 1) + R"(,"o":{"b":1}})"),
            "1_nest limit=1");
  EXPECT_EQ(reasons("{into: o, fields: [a]}", "{" + record(record::depth_max - 2) + "}",
                    R"({"o":{)" + record(record::depth_max - 2) + "}}"),
            "");
}

TEST(Nest, ManyMembersTakeLittleTime) {
  std::string json = "{\"b\":0";
  std::string expected = R"({"b":0,"o":{)";
  for (int i = 0; i < 30'000; ++i) {
    json += ",\"a" + std::to_string(i) + "\":0";
    expected += (i == 0 ? "\"a" : ",\"a") + std::to_string(i) + "\":0";
  }
  EXPECT_EQ(nest("{into: o, fields: ['a*']}", json + "}"), expected + "}}");
}

TEST(Nest, ChecksItsConfiguration) {
  EXPECT_EQ(transforms::problems_of(step_type, "{into: a.b, fields: ['*_x*y']}"), "");
  EXPECT_THAT(transforms::problems_of(step_type, "{into: 'a.*', fields: [x]}"), HasSubstr("`into` can't hold `*`"));
  EXPECT_THAT(transforms::problems_of(step_type, "{into: a, fields: []}"), HasSubstr("at least one"));
  EXPECT_THAT(transforms::problems_of(step_type, "{into: a, fields: ['']}"), HasSubstr("a name is missing"));
  EXPECT_THAT(transforms::problems_of(step_type, "{into: a}"), HasSubstr("fields"));
  EXPECT_THAT(transforms::problems_of(step_type, "{fields: [a]}"), HasSubstr("into"));
}

}  // namespace
}  // namespace towline::nest
