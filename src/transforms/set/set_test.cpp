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

TEST(Set, ChecksItsConfiguration) {
  EXPECT_NE(transforms::problems_of(step_type, "{a: [1]}"), "");
  EXPECT_NE(transforms::problems_of(step_type, "{a.*: 1}").find("can't be found by `*`"), std::string::npos);
  EXPECT_NE(transforms::problems_of(step_type, "{a: 1, a: 2}"), "");
  EXPECT_NE(transforms::problems_of(step_type, "a"), "");
}

}  // namespace
}  // namespace towline::set
