#include "transforms/drop_if/drop_if.hpp"

#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"

namespace towline::drop_if {
namespace {

bool keeps(const std::string& yaml, const std::string& json) {
  return transforms::step_keeps(step_type, yaml, json);
}

TEST(DropIf, DropsWhatMatches) {
  const std::string health = R"('{ $.path = "/health*" && $.status < 400 }')";
  EXPECT_FALSE(keeps(health, R"({"path":"/healthz","status":200})"));
  EXPECT_TRUE(keeps(health, R"({"path":"/healthz","status":503})"));
  EXPECT_TRUE(keeps(health, R"({"path":"/","status":200})"));
  EXPECT_TRUE(keeps(health, "{}")) << "what isn't there doesn't match";
  EXPECT_FALSE(keeps("DEBUG", "a line with DEBUG that isn't JSON"));
  EXPECT_TRUE(keeps("DEBUG", "another line"));
}

TEST(DropIf, ChangesNothing) {
  constexpr auto json = R"({ "a": [1, {"b" :"\u0063"}] })";
  EXPECT_EQ(transforms::apply_step(step_type, "'{ $.a[1].b = d }'", json), json);
}

TEST(DropIf, ChecksItsConfiguration) {
  EXPECT_EQ(transforms::problems_of(step_type, "-DEBUG"), "");
  EXPECT_EQ(transforms::problems_of(step_type, "DEBUG, INFO"),
            "test:1:6: error: a term with this character needs quotes\n");
  EXPECT_NE(transforms::problems_of(step_type, "").find("expected a condition, not nothing"), std::string::npos);
}

}  // namespace
}  // namespace towline::drop_if
