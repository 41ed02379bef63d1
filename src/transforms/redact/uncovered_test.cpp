// What is taken out of a text may have hidden something else.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "transforms/redact/redact.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::redact {
namespace {

void expect_records(const std::vector<std::pair<std::string, std::string>>& cases) {
  const auto step =
      transforms::make_step(step_type,
                            "{detect: [card, email, us_ssn], actions: {card: remove}, fields: [password, user.ref], "
                            "patterns: {hole: {pattern: '<x>', action: remove}}}");
  for (const auto& [json, expected] : cases) {
    const std::string out = transforms::apply_step(*step, json);
    EXPECT_EQ(out, expected);
    EXPECT_EQ(transforms::apply_step(*step, out), out) << "redacting twice is redacting once: " << json;
  }
}

TEST(Uncovered, Values) {
  expect_records({{R"({"m":"536-<x>22-<x>8726 a<x>nn@example.com"})", R"({"m":"[REDACTED:us_ssn] a***@example.com"})"},
                  {R"({"m":"536-<<x>x>22-8726"})", R"({"m":"[REDACTED:us_ssn]"})"}});
}

TEST(Uncovered, JsonAndWhatLooksLikeIt) {
  expect_records(
      {{R"({"m":"4111111111111111{\"password\":\"hunter2\"}"})", R"({"m":"{\"password\":\"[REDACTED:field]\"}"})"},
       {R"({"m":"<x>[{\"password\":\"hunter2\"}]<x>"})", R"({"m":"[{\"password\":\"[REDACTED:field]\"}]"})"},
       {R"({"m":"4111111111111111 {password=hunter2}"})", R"({"m":" {password=[REDACTED:field]}"})"},
       {R"({"m":["<x>{\"a\":\"<x>{\\\"password\\\":\\\"hunter2\\\"}\"}"]})",
        R"({"m":["{\"a\":\"{\\\"password\\\":\\\"[REDACTED:field]\\\"}\"}"]})"},
       {R"({"m":"<x>{not json}"})", R"({"m":"{not json}"})"}});
}

TEST(Uncovered, NamesAndPaths) {
  expect_records({{R"({"user":{"<x>ref":"x"},"<x>password":"y"})",
                   R"({"user":{"ref":"[REDACTED:field]"},"password":"[REDACTED:field]"})"}});
}

}  // namespace
}  // namespace towline::redact
