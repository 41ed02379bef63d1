#include "transforms/remove/remove.hpp"

#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"

namespace towline::remove {
namespace {

std::string remove(const std::string& yaml, const std::string& json) {
  return transforms::apply_step(step_type, yaml, json);
}

TEST(Remove, TakesFieldsOut) {
  EXPECT_EQ(remove("[a, b.*.c]", R"({"a":1,"b":{"x":{"c":2,"d":3},"y":{"c":4}},"e":5})"),
            R"({"b":{"x":{"d":3},"y":{}},"e":5})");
}

TEST(Remove, TakesDuplicatesAndEscapedKeys) {
  EXPECT_EQ(remove("[a]", R"({"a":1,"b":2,"\u0061":3})"), R"({"b":2})");
}

TEST(Remove, TakesElements) {
  EXPECT_EQ(remove("[l.0, m.*]", R"({"l":[1, 2],"m":[1,{"a":2}]})"), R"({"l":[2],"m":[]})");
}

TEST(Remove, IgnoresWhatIsMissing) {
  EXPECT_EQ(remove("[x.y, a.b]", R"({ "a": 1 })"), R"({ "a": 1 })");
}

TEST(Remove, ManyDuplicatesTakeLinearTime) {
  std::string json = "{\"x\":0";
  for (int i = 0; i < 60'000; ++i) json += ",\"a\":1";
  EXPECT_EQ(remove("[a]", json + "}"), "{\"x\":0}");
}

TEST(Remove, ChecksItsConfiguration) {
  EXPECT_NE(transforms::problems_of(step_type, "{a: b}"), "");
  EXPECT_NE(transforms::problems_of(step_type, "[a.]"), "");
}

}  // namespace
}  // namespace towline::remove
