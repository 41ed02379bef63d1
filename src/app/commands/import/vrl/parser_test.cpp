#include "app/commands/import/vrl/parser.hpp"

#include <gtest/gtest.h>

#include "app/commands/import/vrl/look.hpp"

namespace towline::app::migration::vrl {
namespace {

using Kind = Expr::Kind;

// With a bracket around everything that is put together.
std::string shown(const Expr& expr) {
  const auto list = [&](const std::string& between) {
    std::string out;
    for (const Expr& child : expr.children) out += (out.empty() ? "" : between) + shown(child);
    return out;
  };
  switch (expr.kind) {
    case Kind::null:
      return "null";
    case Kind::string:
      return "\"" + expr.text + "\"";
    case Kind::raw:
      return "s'" + expr.text + "'";
    case Kind::regex:
      return "r'" + expr.text + "'";
    case Kind::timestamp:
      return "t'" + expr.text + "'";
    case Kind::path:
      return shown(expr.path);
    case Kind::metadata:
      return "%" + shown(expr.path);
    case Kind::variable:
      return expr.text + (expr.path.empty() ? "" : shown(expr.path));
    case Kind::call: {
      std::string out = expr.text + (expr.bang ? "!" : "") + "(";
      for (const Argument& argument : expr.arguments)
        out += (out.back() == '(' ? "" : ", ") + (argument.name.empty() ? "" : argument.name + ": ") +
               shown(argument.value.front());
      return out + ")" + (expr.closure ? "->" : "") + (expr.path.empty() ? "" : shown(expr.path));
    }
    case Kind::array:
      return "[" + list(", ") + "]";
    case Kind::object: {
      std::string out;
      for (std::size_t i = 0; i < expr.keys.size(); ++i) out += expr.keys[i] + ": " + shown(expr.children[i]) + ",";
      return "{" + out + "}";
    }
    case Kind::unary:
      return expr.text + shown(expr.children.front());
    case Kind::binary:
      return "(" + list(" " + expr.text + " ") + ")";
    case Kind::assign:
      return "<" + list(" " + expr.text + " ") + ">";
    case Kind::condition:
      return "if(" + list(" then ") + ")";
    case Kind::block:
      return "{" + list("; ") + "}";
    case Kind::abort:
      return "abort";
    case Kind::nothing:
      return "_";
    default:
      return expr.text;
  }
}

std::string read(std::string_view program) {
  std::string out;
  for (const Statement& statement : parse(program, 1))
    out += (out.empty() ? "" : "\n") + (statement.error.empty() ? shown(statement.expr) : "error: " + statement.error);
  return out;
}

TEST(VrlParser, ReadsExpressions) {
  const std::pair<const char*, const char*> table[] = {
      {".", "."},
      {".a.b[0].\"c d\"[-1]", ".a.b[0].c d[-1]"},
      {".@timestamp", ".@timestamp"},
      {".4xx", ".4xx"},
      {".a.(b|c)", ".a."},
      {"%meta.x", "%.meta.x"},
      {"x.y", "x.y"},
      {".dt = del(.timestamp)", "<.dt = del(.timestamp)>"},
      {". |= parse_json!(string!(.m))", "<. |= parse_json!(string!(.m))>"},
      {".a, err = f(.b)", "<.a = err = f(.b)>"},
      {"_ = del(.a)", "<_ = del(.a)>"},
      {".a = 1_000", "<.a = 1000>"},
      {".a = -1.5", "<.a = -1.5>"},
      {".a = \"x\\n\\\"\\u{e9}\"", "<.a = \"x\n\"\xC3\xA9\">"},
      {".a = s'\\d'", "<.a = s'\\d'>"},
      {".a = r'it\\'s \\d'", "<.a = r'it's \\d'>"},
      {".a = t'2026-01-02T03:04:05Z'", "<.a = t'2026-01-02T03:04:05Z'>"},
      {".a = {\"b\": [1, null,], \"c\": {}}", "<.a = {b: [1, null],c: {},}>"},
      {"f(.a, limit: 5)", "f(.a, limit: 5)"},
      {"f(\n  .a,\n  5,\n)", "f(.a, 5)"},
      {"parse_json!(.m).a", "parse_json!(.m).a"},
      {"for_each(.a) -> |k, v| { .b = k }", "for_each(.a)->"},
      {"!exists(.a)", "!exists(.a)"},
      {"(.a)", ".a"},
      {"abort", "abort"},
      {"abort \"why\"", "abort"},
      {".a = .b = 1", "<.a = <.b = 1>>"},
  };
  for (const auto& [program, expected] : table) EXPECT_EQ(read(program), expected) << program;
}

TEST(VrlParser, BindsAsVrlDoes) {
  const std::pair<const char*, const char*> table[] = {
      {".a || .b && .c", "((.a || .b) && .c)"},
      {".a && .b || .c", "((.a && .b) || .c)"},
      {".a == 1 && .b != 2", "((.a == 1) && (.b != 2))"},
      {".a + 1 > 2 * .b", "((.a + 1) > (2 * .b))"},
      {"f(.a) ?? \"x\" ", "(f(.a) ?? \"x\")"},
      {".a || f(.b) ?? false", "((.a || f(.b)) ?? false)"},
      {"!.a && .b", "(!.a && .b)"},
      {". | {\"a\": 1} == .b", "((. | {a: 1,}) == .b)"},
      {"1 - 2 - 3", "((1 - 2) - 3)"},
  };
  for (const auto& [program, expected] : table) EXPECT_EQ(read(program), expected) << program;
}

TEST(VrlParser, ReadsConditions) {
  EXPECT_EQ(read("if .a == 1 { .b = 2; .c = 3 }"), "if((.a == 1) then {<.b = 2>; <.c = 3>})");
  EXPECT_EQ(read("if .a == 1 {\n  .b = 2\n} else if .c {\n  abort\n} else {\n}\n.d = 1"),
            "if((.a == 1) then {<.b = 2>} then {if(.c then {abort} then {})})\n<.d = 1>");
  EXPECT_EQ(read(".a = if .b { 1 } else { 2 }"), "<.a = if(.b then {1} then {2})>");
  EXPECT_EQ(read("if (.a == 1 &&\n    .b == 2) {\n  .c = 3\n}"), "if(((.a == 1) && (.b == 2)) then {<.c = 3>})");
}

TEST(VrlParser, StatementsEndWithTheirLine) {
  EXPECT_EQ(read("\n\n.a = 1;.b = 2\n.c = f(.x) ??\n  g(.y)\n.d =\n  1\n"),
            "<.a = 1>\n<.b = 2>\n<.c = (f(.x) ?? g(.y))>\n<.d = 1>");
}

TEST(VrlParser, WhatCanNotBeReadCostsOnlyItself) {
  EXPECT_EQ(read(".a = = 1\n.b = {\n  \"x\": ]\n}\n.c = 1"),
            "error: an expression was expected\nerror: an expression was expected\n<.c = 1>");
  EXPECT_EQ(read(".a = \"x\n.b = 1"), "error: a quote is not closed");
  EXPECT_EQ(read(".a = 1 2\n.b = 1"), "error: the end of the statement was expected\n<.b = 1>");
  EXPECT_EQ(read(".a = f(1\n"), "error: `,` or `)` was expected");
  EXPECT_EQ(read("if .a"), "error: `{` was expected");
  EXPECT_EQ(read(".a = ~"), "error: a character that is not understood");
}

TEST(VrlParser, KnowsLinesSourcesAndComments) {
  const std::vector<Statement> all = parse("# first\n\n.a = 1 # behind\n# second\n#\n.b = f(\n  1)\n# last\n", 10);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].comments, std::vector<std::string>{"first"});
  EXPECT_EQ(all[0].expr.line, 12U);
  EXPECT_EQ(all[0].expr.source, ".a = 1");
  EXPECT_EQ(all[1].comments, std::vector<std::string>{"second"});
  EXPECT_EQ(all[1].expr.line, 15U);
  EXPECT_EQ(all[1].expr.source, ".b = f(\n  1)");
  EXPECT_EQ(parse(".a = 1", 0).front().expr.line, 0U);
}

TEST(VrlParser, HasLimits) {
  EXPECT_NE(read(".a = " + std::string(1000, '(') + "1" + std::string(1000, ')')).find("too deep"), std::string::npos);
  EXPECT_NE(read(".a = " + std::string(1000, '!') + ".b").find("too deep"), std::string::npos);
  std::string sum = ".a = 1";
  for (int i = 0; i < 5000; ++i) sum += " + 1";
  EXPECT_NE(read(sum).find("too many operators"), std::string::npos);
  std::string long_program;
  for (std::size_t i = 0; i < statements_max + 5; ++i) long_program += ".a = 1\n";
  EXPECT_EQ(parse(long_program, 1).size(), statements_max);
  EXPECT_NE(parse(long_program, 1).back().error, "");
}

}  // namespace
}  // namespace towline::app::migration::vrl
