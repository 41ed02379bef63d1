// A condition in VRL as a filter pattern (docs/conditions.md).
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/commands/import/remarks.hpp"
#include "app/commands/import/vrl/ast.hpp"

namespace towline::app::migration::vrl {

struct Pattern {
  std::string text;                // without its braces: "$.level = ERROR"
  bool is_unit = true;             // needs no parentheses before it is joined with others
  std::vector<std::string> notes;  // what is a little different; comments

  std::string whole() const { return "{ " + text + " }"; }
};

// The pattern matches the records of which the expression is true; a VRL expression that fails counts as false.
std::variant<Pattern, Refusal> convert_condition(const Expr& expr);
// The same for the text of a condition: an expression, nothing else.
std::variant<Pattern, Refusal> convert_condition(std::string_view program);

// Whether it can be used as it is: patterns that are put together may become too long.
bool is_usable(const std::string& condition);

}  // namespace towline::app::migration::vrl
