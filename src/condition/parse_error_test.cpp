// What is wrong with a pattern, and where; and its limits.
#include <gtest/gtest.h>

#include "condition/condition.hpp"
#include "condition/program.hpp"
#include "config/test_support.hpp"

namespace towline::condition {
namespace {

std::string error_of(std::string_view pattern) {
  const Result<Condition> parsed = Condition::parse(pattern);
  return parsed ? "none" : parsed.error().message;
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(ConditionError, SaysTheColumnAndWhatWasExpected) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"", "column 1: expected a pattern in `{` and `}`, or terms"},
      {"  ", "column 3: expected a pattern in `{` and `}`, or terms"},
      {"[ip, user]",
       "column 1: patterns of columns in `[` and `]` aren't possible: records have fields, write `{ $.key = value }`"},
      {"{}", "column 2: expected a selector such as `$.level`, or `(`"},
      {"{ level = 1 }", "column 3: expected a selector such as `$.level`, or `(`"},
      {"{ $ = 1 }", "column 4: expected `.` and a key after `$`"},
      {"{ $. = 1 }", "column 5: expected a key after `.`; other characters stand in ['…']"},
      {"{ $.a. = 1 }", "column 7: expected a key after `.`; other characters stand in ['…']"},
      {"{ $..a = 1 }", "column 5: expected a key after `.`; other characters stand in ['…']"},
      {"{ $[0] = 1 }", "column 4: a record is an object: expected a key after `$`"},
      {"{ $[*] = 1 }", "column 4: a record is an object: expected a key after `$`"},
      {"{ $.a[] = 1 }", "column 7: expected an index, `*` or a key in quotes after `[`"},
      {"{ $.a[-1] = 1 }", "column 7: expected an index, `*` or a key in quotes after `[`"},
      {"{ $.a[99999999999999999999] = 1 }", "column 7: expected an index, `*` or a key in quotes after `[`"},
      {"{ $.a[1 = 1 }", "column 9: expected `]`"},
      {"{ $['a = 1 }", "column 5: this quote is not closed"},
      {"{ $.a }", "column 7: expected =, !=, <, <=, >, >=, IS, EXISTS or NOT EXISTS"},
      {"{ $.a is true }", "column 7: expected =, !=, <, <=, >, >=, IS, EXISTS or NOT EXISTS"},
      {"{ $.a LIKE 1 }", "column 7: expected =, !=, <, <=, >, >=, IS, EXISTS or NOT EXISTS"},
      {"{ $.a NOT 1 }", "column 11: expected EXISTS after NOT"},
      {"{ $.a IS NOT NULL }", "column 10: expected TRUE, FALSE or NULL after IS"},
      {"{ $.a IS }", "column 10: expected TRUE, FALSE or NULL after IS"},
      {"{ $.a = }", "column 9: expected a value after `=`"},
      {"{ $.a == 1 }", "column 8: expected a value after `=`"},
      {"{ $.a != }", "column 10: expected a value after `!=`"},
      {"{ $.a < }", "column 9: expected a number after `<`"},
      {"{ $.a >= abc }", "column 10: expected a number after `>=`"},
      {"{ $.a > \"5\" }", "column 9: expected a number after `>`"},
      {"{ $.a > %5% }", "column 9: expected a number after `>`"},
      {"{ $.a > 5* }", "column 9: expected a number after `>`"},
      {"{ $.a = b,c }", "column 10: a value with this character needs quotes"},
      {"{ $.a = b$ }", "column 10: a value with this character needs quotes"},
      {"{ $.a = 'b' }", "column 9: expected a value after `=`"},
      {"{ $.a = \"b }", "column 9: this quote is not closed"},
      {"{ $.a = \"b\\q\" }", "column 11: expected an escape of JSON, `\\*` or `\\'`: for a backslash write two"},
      {"{ $.a = \"\\ud800\" }", "column 10: expected an escape of JSON, `\\*` or `\\'`: for a backslash write two"},
      {"{ $.a = %b }", "column 9: this `%` has no second one: an expression stands between `%` and `%`"},
      {"{ $.a = %% }", "column 9: expected a regular expression between `%` and `%`"},
      {"{ $.a = %(% }", "column 9: the expression has a `(` without its `)`"},
      {"{ $.a = %b)% }", "column 9: the expression has a `)` without its `(`"},
      {"{ $.a = %[b% }", "column 9: the expression has a `[` without its `]`"},
      {"{ $.a = %[z-a]% }", "column 9: the expression has a bad character class or range"},
      {"{ $.a = %(?=b)% }",
       "column 9: the expression uses `(?…`, which isn't possible here: there is no look-ahead and no look-behind"},
      {"{ $.a = %(?<!b)c% }",
       "column 9: the expression uses `(?…`, which isn't possible here: there is no look-ahead and no look-behind"},
      {"{ $.a = %(b)\\1% }", "column 9: the expression has an unknown escape; there are no back-references"},
      {"{ $.a = %*b% }", "column 9: the expression repeats nothing, or a repetition"},
      {"{ $.a = %b**% }", "column 9: the expression repeats nothing, or a repetition"},
      {"{ $.a = %b{1001}% }", "column 9: the expression repeats more than 1000 times"},
      {"{ $.a = %((a{100}){100}){100}% }", "column 9: the expression repeats more than 1000 times"},
      {"{ $.a = %(\\pL{500}){2}\\pL{500}% }", "column 9: the expression takes more than 1 MiB when it is compiled"},
      {"{ $.a = 1 ", "column 11: expected `&&`, `||` or `}`"},
      {"{ $.a = 1 & $.b = 2 }", "column 11: expected `&&`, `||` or `}`"},
      {"{ $.a = 1 AND $.b = 2 }", "column 11: expected `&&`, `||` or `}`"},
      {"{ $.a = 1 && }", "column 14: expected a selector such as `$.level`, or `(`"},
      {"{ $.a = 1 || || }", "column 14: expected a selector such as `$.level`, or `(`"},
      {"{ ($.a = 1 }", "column 12: expected `&&`, `||` or `)`"},
      {"{ $.a = 1) }", "column 10: expected `&&`, `||` or `}`"},
      {"{ () }", "column 4: expected a selector such as `$.level`, or `(`"},
      {"{ !$.a = 1 }", "column 4: expected `(` after `!`"},
      {"{ $.a = 1 } x", "column 13: expected nothing after `}`"},
      {"{ $.größe = }", "column 13: expected a value after `=`"},
      {"ERROR,", "column 6: a term with this character needs quotes"},
      {"ERROR a=b", "column 8: a term with this character needs quotes"},
      {"ERR*", "column 4: a term has no `*`: it is found anywhere in the text"},
      {"ERROR - x", "column 8: expected a term"},
      {"?", "column 2: expected a term"},
      {"?-x", "column 2: expected a term"},
      {"--x", "column 2: expected a term"},
      {"\"a", "column 1: this quote is not closed"},
      {"\"a\"b", "column 4: expected a space between terms"},
      {"%a%b", "column 4: expected a space between terms"},
      {"ok %(%", "column 4: the expression has a `(` without its `)`"},
      {"%a", "column 1: this `%` has no second one: an expression stands between `%` and `%`"},
      {"(ERROR)", "column 1: a term with this character needs quotes"},
  };
  for (const auto& [pattern, message] : table) EXPECT_EQ(error_of(pattern), message) << pattern;
}

TEST(ConditionError, Limits) {
  const std::string comparison = "$.a = 1";
  EXPECT_EQ(error_of("{" + repeated(comparison + "||", tests_max - 1) + comparison + "}"), "none");
  EXPECT_EQ(error_of("{" + repeated(comparison + "||", tests_max) + comparison + "}"),
            "column " + std::to_string(2 + tests_max * 9) + ": more than 256 comparisons");
  EXPECT_EQ(error_of(repeated("t ", tests_max)), "none");
  EXPECT_EQ(error_of(repeated("t ", tests_max) + "t"), "column 513: more than 256 terms");
  EXPECT_EQ(error_of("{" + repeated("(", depth_max) + comparison + repeated(")", depth_max) + "}"), "none");
  EXPECT_EQ(error_of("{" + repeated("!(", depth_max + 1) + comparison + repeated(")", depth_max + 1) + "}"),
            "column 68: more than 32 parentheses within each other");
  EXPECT_EQ(error_of("{$" + repeated(".a", levels_max) + "=1}"), "none");
  EXPECT_EQ(error_of("{$" + repeated(".a", levels_max + 1) + "=1}"), "column 67: more than 32 levels");
  EXPECT_EQ(error_of(repeated("%a% ", regexes_max)), "none");
  EXPECT_EQ(error_of(repeated("%a% ", regexes_max + 1)), "column 65: more than 16 regular expressions");
  EXPECT_EQ(error_of(std::string(pattern_bytes_max, 'a')), "none");
  EXPECT_EQ(error_of(std::string(pattern_bytes_max + 1, 'a')), "column 8193: longer than 8192 bytes");
}

std::string problem_of(std::string_view yaml) {
  config::Problems problems("t.yaml");
  const auto environment = config::test::environment({{"SECRET", "s3cret = }"}});
  const auto root = config::parse_yaml(yaml, environment, problems);
  if (root) (void)config::Value<Condition>::parse(*root->find("if"), problems);
  return problems.text();
}

TEST(ConditionValue, AProblemStandsAtItsPlaceInTheFile) {
  EXPECT_EQ(problem_of("if: '{ $.a = }'"), "t.yaml:1:14: error: expected a value after `=`\n");
  EXPECT_EQ(problem_of("\nif:    '{ $.it''s = }'"),
            "t.yaml:2:15: error: expected =, !=, <, <=, >, >=, IS, EXISTS or NOT EXISTS\n");
  EXPECT_EQ(problem_of(R"(if: "{ $.a = \"\\\\\" && }")"),
            "t.yaml:1:26: error: expected a selector such as `$.level`, or `(`\n");
  EXPECT_EQ(problem_of("if: ok ERR* ok"), "t.yaml:1:11: error: a term has no `*`: it is found anywhere in the text\n");
  EXPECT_EQ(problem_of("if: 'grüße ERR* ok'"),
            "t.yaml:1:15: error: a term has no `*`: it is found anywhere in the text\n");
}

TEST(ConditionValue, WhereThePlaceCannotBeToldItSaysTheColumn) {
  EXPECT_EQ(problem_of("if: |\n  { $.a =\n  }"),
            "t.yaml:1:5: error: the condition, column 9: expected a value after `=`\n");
  EXPECT_EQ(problem_of("if: 'two\n  lines*'"),
            "t.yaml:1:5: error: the condition, column 10: a term has no `*`: it is found anywhere in the text\n");
  EXPECT_EQ(problem_of(R"(if: "\x41B*")"),
            "t.yaml:1:5: error: the condition, column 3: a term has no `*`: it is found anywhere in the text\n");
  const std::string text = problem_of("if: '{ $.a = ${SECRET} }'");
  EXPECT_EQ(text, "t.yaml:1:5: error: the condition, column 16: expected `&&`, `||` or `}`\n");
}

TEST(ConditionValue, SaysHowToQuote) {
  EXPECT_EQ(problem_of("if: { $.a = 1 }"),
            "t.yaml:1:5: error: expected a condition, not a map\n"
            "  hint: put it in single quotes: '{ $.level = \"ERROR\" }'\n");
  EXPECT_NE(problem_of("if: [a]").find("not a list"), std::string::npos);
  EXPECT_NE(problem_of("if:").find("not nothing"), std::string::npos);
}

TEST(ConditionValue, IsPrintedAsItWasWritten) {
  EXPECT_EQ(config::test::round_trip<Condition>("'{ $.a = \"b\" }'"), R"("{ $.a = \"b\" }")");
  EXPECT_EQ(config::Value<Condition>::print(Condition()), "");
  EXPECT_EQ(config::Value<Condition>::info().name, "condition");
}

}  // namespace
}  // namespace towline::condition
