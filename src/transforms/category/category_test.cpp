#include "transforms/category/category.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "transforms/step_test_support.hpp"

namespace towline::category {
namespace {

const std::string map = "map: {app: app, app.auth: auth, sqlalchemy: 'data\"base', x: short}";

std::string category(const std::string& name, const std::string& more = "") {
  const std::string out = transforms::apply_step(step_type, "{" + map + more + "}", R"({"logger":")" + name + "\"}");
  const std::string begin = R"({"logger":")" + name + R"(","category":)";
  if (!out.starts_with(begin)) return out == R"({"logger":")" + name + "\"}" ? "none" : out;
  return out.substr(begin.size(), out.size() - begin.size() - 1);
}

TEST(Category, TheLongestPrefixAtTheEndOfALevelCounts) {
  EXPECT_EQ(category("app"), R"("app")");
  EXPECT_EQ(category("app.web.views"), R"("app")");
  EXPECT_EQ(category("app.auth"), R"("auth")");
  EXPECT_EQ(category("app.auth.tokens"), R"("auth")");
  EXPECT_EQ(category("app.authors"), R"("app")");
  EXPECT_EQ(category("sqlalchemy.engine"), R"("data\"base")");
  EXPECT_EQ(category("\\u0061pp.auth"), R"("auth")");
  EXPECT_EQ(category("x"), R"("short")");
}

TEST(Category, WhatNoPrefixIsFor) {
  for (const char* name : {"", ".", "..", "apple", "ap", "App", ".app", "myapp.auth", "xy"})
    EXPECT_EQ(category(name), "none") << name;
  EXPECT_EQ(category("app."), R"("app")");
  EXPECT_EQ(category("app..auth"), R"("app")");
}

TEST(Category, ADefaultIsForThose) {
  EXPECT_EQ(category("other", ", default: misc"), R"("misc")");
  const std::string yaml = "{" + map + ", default: misc}";
  EXPECT_EQ(transforms::apply_step(step_type, yaml, "{}"), R"({"category":"misc"})");
  EXPECT_EQ(transforms::apply_step(step_type, yaml, R"({"logger":["app"]})"),
            R"({"logger":["app"],"category":"misc"})");
  EXPECT_EQ(transforms::apply_step(step_type, yaml, R"({"category":"own"})"), R"({"category":"own"})");
  EXPECT_EQ(transforms::apply_step(step_type, yaml, R"({"category":"own","logger":"app"})"),
            R"({"category":"app","logger":"app"})");
}

TEST(Category, OtherSeparators) {
  const auto of = [](const std::string& name) {
    return transforms::apply_step(step_type, "{field: m, target: c, separator: '::', map: {app::db: db, app: a}}",
                                  R"({"m":")" + name + "\"}");
  };
  EXPECT_EQ(of("app::db::pool"), R"({"m":"app::db::pool","c":"db"})");
  EXPECT_EQ(of("app::dbx"), R"({"m":"app::dbx","c":"a"})");
  EXPECT_EQ(of("app:db"), R"({"m":"app:db"})");
}

TEST(Category, ALongNameCostsNoMoreThanAShortOne) {
  std::string name;
  for (int i = 0; i < 500'000; ++i) name += "a.";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(category(name), "none");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2)) << "n squared takes minutes";
}

TEST(Category, APlaceInAListThatIsNotThereIsCounted) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{" + map + ", target: l.3}", surroundings);
  const std::string json = R"({"l":[],"logger":"app"})";
  EXPECT_EQ(transforms::apply_step(*step, json), json);
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::step_errors, {"test", "1_category", "no_place"}), 1U);
}

TEST(Category, ChecksItsConfiguration) {
  const auto problems = [](const std::string& yaml) { return transforms::problems_of(step_type, yaml); };
  EXPECT_EQ(problems("{field: a.b, target: c, map: {x.y: z}, default: w, separator: /}"), "");
  EXPECT_NE(problems("{}"), "");
  EXPECT_NE(problems("{map: {}}").find("at least one prefix"), std::string::npos);
  EXPECT_NE(problems("{map: {'': x}}").find("is empty"), std::string::npos);
  EXPECT_NE(problems("{map: {app.: x}}").find("must not end with the separator"), std::string::npos);
  EXPECT_NE(problems("{map: {app: x, app: y}}"), "");
  EXPECT_NE(problems("{map: {app: [x]}}"), "");
  EXPECT_NE(problems("{map: {app: x}, separator: ''}").find("1 to 8 bytes"), std::string::npos);
  EXPECT_NE(problems("{map: {app: x}, field: 'a.*'}").find("without `*`"), std::string::npos);
}

}  // namespace
}  // namespace towline::category
