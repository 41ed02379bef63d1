#include "transforms/keep_if/keep_if.hpp"

#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"

namespace towline::keep_if {
namespace {

bool keeps(const std::string& yaml, const std::string& json) {
  return transforms::step_keeps(step_type, yaml, json);
}

TEST(KeepIf, KeepsWhatMatches) {
  EXPECT_TRUE(keeps(R"('{ $.level = "ERROR" }')", R"({"level":"ERROR"})"));
  EXPECT_FALSE(keeps(R"('{ $.level = "ERROR" }')", R"({"level":"INFO"})"));
  EXPECT_FALSE(keeps(R"('{ $.level = "ERROR" }')", "{}")) << "what isn't there doesn't match";
  EXPECT_TRUE(keeps("?WARN ?ERROR", R"({"level":"ERROR"})"));
  EXPECT_TRUE(keeps("ERROR", "a line with ERROR that isn't JSON"));
  EXPECT_FALSE(keeps("ERROR", "another line"));
}

TEST(KeepIf, ChangesNothing) {
  constexpr auto json = R"({ "a": [1, {"b" :"\u0063"}] })";
  EXPECT_EQ(transforms::apply_step(step_type, "'{ $.a[1].b = c }'", json), json);
}

TEST(KeepIf, IsUsedAgainAndAgain) {
  const auto step = transforms::make_step(step_type, "'{ $.a = \"x*\" }'");
  for (const auto& [json, kept] :
       {std::pair(R"({"a":"\u0078y"})", true), {R"({"a":"y"})", false}, {R"({"a":"x"})", true}})
    EXPECT_EQ(transforms::step_keeps(*step, json), kept) << json;
}

TEST(KeepIf, ChecksItsConfiguration) {
  EXPECT_EQ(transforms::problems_of(step_type, R"('{ $.a = "b" }')"), "");
  EXPECT_EQ(transforms::problems_of(step_type, "'{ $.a }'"),
            "test:1:8: error: expected =, !=, <, <=, >, >=, IS, EXISTS or NOT EXISTS\n");
  EXPECT_NE(transforms::problems_of(step_type, "{ $.a = 1 }").find("put it in single quotes"), std::string::npos);
  EXPECT_NE(transforms::problems_of(step_type, "[a]").find("expected a condition, not a list"), std::string::npos);
  EXPECT_NE(transforms::problems_of(step_type, "").find("expected a condition, not nothing"), std::string::npos);
  EXPECT_NE(transforms::problems_of(step_type, "''").find("expected a pattern"), std::string::npos);
}

}  // namespace
}  // namespace towline::keep_if
