// One comparison of a condition: a field on one side, a constant on the other.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands/import/remarks.hpp"
#include "app/commands/import/vrl/ast.hpp"

namespace towline::app::migration::vrl {

// What is compared.
struct Operand {
  std::string selector;
  bool any_case = false;          // upcase(.a), downcase(.a)
  bool is_upper = false;          // which of them
  std::optional<Expr> otherwise;  // the value where there is none: ... ?? "x"
};

enum class Where : std::uint8_t { whole, start, end, anywhere };

bool is_constant(const Expr& expr);

// A part of a pattern. Several of them are joined by `&&` or `||`, in parentheses unless they are a unit.
struct Part {
  std::string text;
  bool is_unit = true;
};

// Each function gives std::nullopt after a refusal.
class Comparisons {
 public:
  std::optional<Operand> operand(const Expr& expr);
  std::optional<Part> equal(const Operand& operand, const Expr& constant);
  // `sign` is <, >, <= or >=.
  std::optional<Part> ordered(const Operand& operand, const std::string& sign, const Expr& number);
  std::optional<Part> has_text(const Operand& operand, Where where, const std::string& text, bool any_case);
  std::optional<Part> matches(const Operand& operand, const Expr* regex);
  static Part missing(const Operand& operand);

  // Only the first one counts.
  std::nullopt_t refuse(std::string why, std::string instead = {});
  const Refusal& refusal() const { return refusal_; }
  std::vector<std::string> take_notes() { return std::move(notes_); }

 private:
  std::optional<Operand> with_default(const Expr& expr);
  std::optional<Operand> changed(const Expr& call);
  void note(std::string text);

  Refusal refusal_;
  std::vector<std::string> notes_;
};

// An expression between the percent signs of a pattern.
std::string in_percents(std::string_view regex);

}  // namespace towline::app::migration::vrl
