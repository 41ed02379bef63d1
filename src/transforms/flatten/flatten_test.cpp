#include "transforms/flatten/flatten.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"

namespace towline::flatten {
namespace {

using testing::HasSubstr;

std::string flatten(const std::string& yaml, const std::string& json) {
  return transforms::apply_step(step_type, yaml, json);
}
// What was counted while the record was flattened into `expected`.
std::string reasons(const std::string& yaml, const std::string& json, const std::string& expected) {
  return transforms::errors_counted(step_type, yaml, json, expected);
}

TEST(Flatten, JoinsKeys) {
  EXPECT_EQ(flatten("{}", R"({"a": 1,"b":{"c":{"d" : "x","e":1.50},"f":null},"g":true})"),
            R"({"a": 1,"g":true,"b.c.d":"x","b.c.e":1.50,"b.f":null})");
  EXPECT_EQ(flatten("{separator: _}", R"({"a":{"b":1}})"), R"({"a_b":1})");
  EXPECT_EQ(flatten("{separator: ' > '}", R"({"a":{"b":1}})"), R"({"a > b":1})");
}

TEST(Flatten, ARecordThatIsFlatIsNotTouched) {
  for (const char* json : {"{}", R"({ "a" : 1, "b":[ {"c":1} ] , "e":{ } })"}) EXPECT_EQ(flatten("{}", json), json);
}

TEST(Flatten, EmptyObjectsAndListsAreValues) {
  EXPECT_EQ(flatten("{}", R"({"a":{"b":{},"c":[]}})"), R"({"a.b":{},"a.c":[]})");
  EXPECT_EQ(flatten("{arrays: index}", R"({"a":{"b":{},"c":[]}})"), R"({"a.b":{},"a.c":[]})");
}

TEST(Flatten, ListsStayOrAreNumbered) {
  const std::string json = R"({"l":[1,{"a":2},[3]],"o":{"l":[{"b":4}]}})";
  EXPECT_EQ(flatten("{}", json), R"({"l":[1,{"a":2},[3]],"o.l":[{"b":4}]})");
  EXPECT_EQ(flatten("{arrays: index}", json), R"({"l.0":1,"l.1.a":2,"l.2.0":3,"o.l.0.b":4})");
}

TEST(Flatten, KeysAreDecodedAndEscaped) {
  EXPECT_EQ(flatten("{}", R"({"\u0061":{"q\"":{"\n":1}}})"), R"({"a.q\".\n":1})");
  EXPECT_EQ(flatten("{}", R"({"":{"":1}})"), R"({".":1})");
}

TEST(Flatten, OneObject) {
  EXPECT_EQ(flatten("{field: a}", R"({"a":{"b":{"c":1}},"x":{"y":2}})"), R"({"a":{"b.c":1},"x":{"y":2}})");
  EXPECT_EQ(flatten("{field: l.*}", R"({"l":[{"b":{"c":1}},2,{"b":{"c":3}}]})"), R"({"l":[{"b.c":1},2,{"b.c":3}]})");
  EXPECT_EQ(flatten("{field: a}", R"({"a":[{"b":{"c":1}}]})"), R"({"a":[{"b":{"c":1}}]})");
  EXPECT_EQ(flatten("{field: a}", R"({"x":{"y":2}})"), R"({"x":{"y":2}})");
}

TEST(Flatten, WhoseNameIsTakenStaysWhereItIs) {
  EXPECT_EQ(reasons("{}", R"({"a.b":0,"a":{"b":1,"c":2}})", R"({"a.b":0,"a":{"b":1},"a.c":2})"),
            "1_flatten name_taken=1");
  EXPECT_EQ(reasons("{}", R"({"a":{"b":{"c":1}},"a.b":{"c":2}})", R"({"a.b":{"c":2},"a.b.c":1})"),
            "1_flatten name_taken=1");
  EXPECT_EQ(reasons("{}", R"({"a":{"b":1,"b":2},"x":{"y":3}})", R"({"a":{"b":2},"a.b":1,"x.y":3})"),
            "1_flatten name_taken=1");
  EXPECT_EQ(reasons("{arrays: index}", R"({"l.1":0,"l":[1,2,3]})", R"({"l.1":0,"l":[2],"l.0":1,"l.2":3})"),
            "1_flatten name_taken=1");
  EXPECT_EQ(reasons("{}", R"({"a":{"b":1},"a":{"c":2}})", R"({"a.b":1,"a.c":2})"), "");
}

TEST(Flatten, FlatteningTwiceIsFlatteningOnce) {
  const std::string once = flatten("{arrays: index}", R"({"a":{"b":[{"c":1},{"c":2}]},"x.y":1,"x":{"y":2}})");
  EXPECT_EQ(flatten("{arrays: index}", once), once);
}

TEST(Flatten, KeysThatWouldBecomeFarTooLongStayAsTheyAre) {
  std::string json = R"({")" + std::string(100'000, 'k') + R"(":{"a":0)";
  for (int i = 0; i < 1000; ++i) json += ",\"" + std::to_string(i) + "\":0";
  json += "}}";
  EXPECT_EQ(reasons("{}", json, json), "1_flatten limit=1");
  EXPECT_EQ(reasons("{field: x}", R"({"x":)" + json + "}", R"({"x":)" + json + "}"), "1_flatten limit=1");
}

TEST(Flatten, TheLimitIsThatOfTheRecordHoweverManyObjectsThereAre) {
  const auto object = [](std::size_t key, int members) {
    std::string json = R"({")" + std::string(key, 'k') + R"(":{"a":0)";
    for (int i = 0; i < members; ++i) json += ",\"" + std::to_string(i) + "\":0";
    return json + "}}";
  };
  std::string json = "[";
  for (int i = 0; i < 100; ++i) json += object(4000, 400) + ",";
  json = R"({"l":)" + json + "{}]}";
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{field: 'l.*'}", surroundings);
  EXPECT_LT(transforms::apply_step(*step, json).size(), json.size() * 6 + 100'000);
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::step_errors, {"test", "1_flatten", "limit"}), 1U);
}

TEST(Flatten, StandsBehindRedact) {
  static const component::StepType redact{"redact", "", nullptr, nullptr};
  const component::PlacedStep steps[] = {{"a", 0, &redact, nullptr, {1, 1}},
                                         {"a", 1, &step_type, nullptr, {2, 1}},
                                         {"b", 0, &step_type, nullptr, {3, 1}},
                                         {"b", 1, &redact, nullptr, {4, 1}}};
  config::Problems problems("test");
  step_type.hooks.check(std::span(steps), problems);
  ASSERT_EQ(problems.count(), 1U) << problems.text();
  EXPECT_THAT(problems.text(), HasSubstr("test:3:1: error: transforms.b.steps[0].flatten: `redact` finds fields by"));
}

TEST(Flatten, ManyMembersTakeLittleTime) {
  std::string json = R"({"o":{"same beginning":0)";
  std::string expected = R"({"o.same beginning":0)";
  for (int i = 0; i < 30'000; ++i) {
    json += ",\"same beginning " + std::to_string(i) + "\":0";
    expected += ",\"o.same beginning " + std::to_string(i) + "\":0";
  }
  EXPECT_EQ(flatten("{}", json + "}}"), expected + "}");
}

TEST(Flatten, ChecksItsConfiguration) {
  EXPECT_EQ(transforms::problems_of(step_type, "{field: a.*.b, separator: _, arrays: index}"), "");
  EXPECT_THAT(transforms::problems_of(step_type, "{separator: ''}"), HasSubstr("must not be empty"));
  EXPECT_THAT(transforms::problems_of(step_type, "{separator: 12345678901234567}"), HasSubstr("longer than 16"));
  EXPECT_THAT(transforms::problems_of(step_type, "{arrays: drop}"), HasSubstr("test:1:10: error: arrays"));
  EXPECT_THAT(transforms::problems_of(step_type, "{field: a..b}"), HasSubstr("a key is missing"));
}

}  // namespace
}  // namespace towline::flatten
