#include "app/commands/import/vrl/condition.hpp"

#include <gtest/gtest.h>

namespace towline::app::migration::vrl {
namespace {

std::string convert(std::string_view program) {
  const auto converted = convert_condition(program);
  if (const auto* refusal = std::get_if<Refusal>(&converted)) return "no: " + refusal->why;
  return std::get<Pattern>(converted).text;
}

TEST(VrlCondition, BecomesAPattern) {
  const std::pair<const char*, const char*> table[] = {
      {".level == \"debug\"", "$.level = \"debug\""},
      {"\"debug\" == .level", "$.level = \"debug\""},
      {".level != \"debug\"", "!($.level = \"debug\")"},
      {".status == 200", "$.status = 200"},
      {".status >= 500", "$.status >= 500"},
      {"500 <= .status", "$.status >= 500"},
      {".t > -1.5", "$.t > -1.5"},
      {"int!(.status) < 400", "$.status < 400"},
      {"to_int!(.status) < 400", "$.status < 400"},
      {"(to_int(.status) ?? 0) < 400", "no: the condition can't be converted: it is true where there is no value"},
      {"(to_int(.status) ?? 0) > 400", "$.status > 400"},
      {".ok == true", "$.ok IS TRUE"},
      {".ok != true", "!($.ok IS TRUE)"},
      {".ok == false", "$.ok IS FALSE"},
      {"bool!(.ok)", "$.ok IS TRUE"},
      {".a == null", "$.a IS NULL || $.a NOT EXISTS"},
      {".a != null", "!($.a IS NULL || $.a NOT EXISTS)"},
      {"is_null(.a)", "$.a IS NULL || $.a NOT EXISTS"},
      {"!is_null(.a)", "!($.a IS NULL || $.a NOT EXISTS)"},
      {"is_nullish(.a)", "$.a IS NULL || $.a NOT EXISTS || $.a = %^(\\s*|-)$%"},
      {"exists(.a.b)", "$.a.b EXISTS"},
      {"!exists(.a)", "$.a NOT EXISTS"},
      {".\"app.name\" == \"x\"", "$[\"app.name\"] = \"x\""},
      {".items[0].id == 1", "$.items[0].id = 1"},
      {".a == \"x*y\\\"\"", "$.a = \"x\\*y\\\"\""},
      {"starts_with(string!(.a), \"x\")", "$.a = \"x*\""},
      {"ends_with(string!(.a), \"x\")", "$.a = \"*x\""},
      {"contains(string!(.a), \"x.y\")", "$.a = \"*x.y*\""},
      {"contains(.a, \"x.y\", case_sensitive: false)", "$.a = %(?i)x\\.y%"},
      {"starts_with(.a, \"50%\", case_sensitive: false)", "$.a = %(?i)^50\\%%"},
      {"contains(string(.a) ?? \"\", \"x\")", "$.a = \"*x*\""},
      {"contains(.a, \"x\") ?? false", "$.a = \"*x*\""},
      {"downcase(string!(.level)) == \"debug\"", "$.level = %(?i)^debug$%"},
      {"upcase(string!(.level)) == \"DEBUG\"", "$.level = %(?i)^DEBUG$%"},
      {"match(string!(.a), r'^x\\d+%$')", "$.a = %^x\\d+\\%$%"},
      {"match_any(.a, [r'x', r'y'])", "$.a = %x% || $.a = %y%"},
      {"contains_all(.a, [\"x\", \"y\"])", "$.a = \"*x*\" && $.a = \"*y*\""},
      {"includes([\"a\", \"b\", 1], .level)", "$.level = \"a\" || $.level = \"b\" || $.level = 1"},
      {"includes(.tags, \"slow\")", "$.tags[*] = \"slow\""},
      {".a == 1 || .b == 2 && .c == 3", "($.a = 1 || $.b = 2) && $.c = 3"},
      {".a == 1 || (.b == 2 && .c == 3)", "$.a = 1 || ($.b = 2 && $.c = 3)"},
      {".a == 1 && .b == 2 && .c == 3", "$.a = 1 && $.b = 2 && $.c = 3"},
      {".a == null && .b == 1", "($.a IS NULL || $.a NOT EXISTS) && $.b = 1"},
      {"includes([1, 2], .a) && !includes([3], .b)", "($.a = 1 || $.a = 2) && !($.b = 3)"},
      {"!(.a == 1 || .b == 2)", "!($.a = 1 || $.b = 2)"},
  };
  for (const auto& [program, expected] : table) EXPECT_EQ(convert(program), expected) << program;
}

TEST(VrlCondition, SaysWhyNot) {
  const std::pair<const char*, const char*> table[] = {
      {".a == .b", "two fields can't be compared"},
      {".a > \"x\"", "only numbers can be compared by `>`"},
      {".a", "it isn't compared with anything"},
      {"true", "it isn't a comparison"},
      {"x == 1", "it depends on the variable `x`"},
      {"length(.a) > 5", "there is nothing like the function `length`"},
      {"is_ipv4(.a)", "there is nothing like the function `is_ipv4`"},
      {"exists(x)", "it isn't about a field"},
      {"downcase(.a) == \"X\"", "it can't be true: the case differs"},
      {"(string(.a) ?? \"x\") == \"x\"", "it is true where there is no value"},
      {"match(.a, .b)", "its pattern isn't constant"},
      {"contains(.a, .b)", "it compares with something that isn't constant"},
      {"match(.a, r'x(?=y)')", "can't be used"},
      {".a[-1] == 1", "conditions can't select `.a[-1]`"},
      {".a + 1 == 2", "only a field can be compared"},
      {".a == 1; .b == 2", "it is not one expression"},
      {".a ==", "can't be read"},
      {"-.a", "it isn't a condition"},
      {"contains(.a, \"\")", "an empty text is in every text"},
  };
  for (const auto& [program, expected] : table) {
    const std::string result = convert(program);
    EXPECT_TRUE(result.starts_with("no: ")) << program << " is " << result;
    EXPECT_NE(result.find(expected), std::string::npos) << program << " is " << result;
  }
}

TEST(VrlCondition, WhatIsALittleDifferentIsNoted) {
  EXPECT_EQ(std::get<Pattern>(convert_condition("to_int!(.a) > 1")).notes.size(), 1U);
  EXPECT_EQ(std::get<Pattern>(convert_condition("int!(.a) > 1")).notes.size(), 0U);
}

}  // namespace
}  // namespace towline::app::migration::vrl
