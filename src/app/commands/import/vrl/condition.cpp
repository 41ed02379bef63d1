#include "app/commands/import/vrl/condition.hpp"

#include <optional>

#include "app/commands/import/vrl/comparison.hpp"
#include "app/commands/import/vrl/look.hpp"
#include "app/commands/import/vrl/parser.hpp"
#include "condition/condition.hpp"
#include "config/problems.hpp"

namespace towline::app::migration::vrl {

namespace {

using Kind = Expr::Kind;
using MaybePart = std::optional<Part>;

std::string in_parentheses(const Part& part) {
  return part.is_unit ? part.text : "(" + part.text + ")";
}

class Writer {
 public:
  MaybePart write(const Expr& expr) {
    const Expr& inner = bare(expr);
    switch (inner.kind) {
      case Kind::unary:
        return inner.text == "!" ? negated(inner.children.front()) : refuse("it isn't a condition");
      case Kind::binary:
        return binary(inner);
      case Kind::call:
        return call(inner);
      case Kind::path:
        return is_call(expr, "bool") ? test(inner, " IS TRUE") : refuse("it isn't compared with anything");
      case Kind::variable:
        return refuse("it depends on the variable " + config::in_quotes(inner.text));
      default:
        return refuse("it isn't a comparison");
    }
  }

  const Refusal& refusal() const { return comparisons_.refusal(); }
  std::vector<std::string> take_notes() { return comparisons_.take_notes(); }

 private:
  std::nullopt_t refuse(std::string why, std::string instead = {}) {
    return comparisons_.refuse(std::move(why), std::move(instead));
  }

  static MaybePart not_(const MaybePart& part) {
    return part ? MaybePart(Part{"!(" + part->text + ")"}) : std::nullopt;
  }

  MaybePart negated(const Expr& expr) {
    const Expr& inner = bare(expr);
    if (!is_call(inner, "exists")) return not_(write(expr));
    const Expr* field = argument(inner, 0, "field");
    return field != nullptr && path_of(*field) != nullptr ? test(*field, " NOT EXISTS")
                                                          : refuse("it isn't about a field");
  }

  MaybePart binary(const Expr& expr) {
    const Expr& left = expr.children[0];
    const Expr& right = expr.children[1];
    if (expr.text == "&&" || expr.text == "||") return joined(expr);
    if (expr.text == "==") return equal(left, right);
    if (expr.text == "!=") return not_(equal(left, right));
    if (expr.text == "??") return coalesced(left, bare(right));
    if (expr.text == "<" || expr.text == ">" || expr.text == "<=" || expr.text == ">=") return ordered(expr);
    return refuse("there is no " + config::in_quotes(expr.text) + " in conditions");
  }

  // What is joined by the other operator gets parentheses.
  MaybePart joined(const Expr& expr) {
    std::string text;
    for (const Expr& side : expr.children) {
      const MaybePart part = write(side);
      if (!part) return std::nullopt;
      const Expr& inner = bare(side);
      const bool same = inner.kind == Kind::binary && inner.text == expr.text;
      text += (text.empty() ? "" : " " + expr.text + " ") + (same ? part->text : in_parentheses(*part));
    }
    return Part{std::move(text), false};
  }

  // contains(.a, "x") ?? false
  MaybePart coalesced(const Expr& left, const Expr& otherwise) {
    if (otherwise.kind == Kind::boolean && otherwise.text == "false") return write(left);
    return refuse("what counts where it fails is not `false`");
  }

  MaybePart equal(const Expr& left, const Expr& right) {
    const bool flipped = is_constant(left) && !is_constant(right);
    const std::optional<Operand> operand = comparisons_.operand(flipped ? right : left);
    return operand ? comparisons_.equal(*operand, flipped ? left : right) : std::nullopt;
  }

  MaybePart ordered(const Expr& expr) {
    const bool flipped = is_constant(expr.children[0]);
    const std::optional<Operand> operand = comparisons_.operand(expr.children[flipped ? 1 : 0]);
    if (!operand) return std::nullopt;
    std::string sign = expr.text;
    if (flipped) sign.front() = sign.front() == '<' ? '>' : '<';
    return comparisons_.ordered(*operand, sign, expr.children[flipped ? 0 : 1]);
  }

  MaybePart test(const Expr& path, const std::string& what) {
    const std::optional<Operand> operand = comparisons_.operand(path);
    return operand ? MaybePart(Part{operand->selector + what}) : std::nullopt;
  }

  MaybePart call(const Expr& call) {
    if (call.text == "includes") return includes(argument(call, 0, "value"), argument(call, 1, "item"));
    const Expr* first = argument(call, 0, call.text == "exists" ? "field" : "value");
    if (first == nullptr) return refuse("it isn't a comparison");
    if (call.text == "exists") {
      return path_of(*first) != nullptr ? test(*first, " EXISTS") : refuse("it isn't about a field");
    }
    const std::optional<Operand> operand = comparisons_.operand(*first);
    if (!operand) return std::nullopt;
    if (call.text == "is_null") return Comparisons::missing(*operand);
    if (call.text == "is_nullish") return nullish(*operand);
    if (call.text == "starts_with") return part(*operand, Where::start, call);
    if (call.text == "ends_with") return part(*operand, Where::end, call);
    if (call.text == "contains") return part(*operand, Where::anywhere, call);
    if (call.text == "contains_all") return all_parts(*operand, argument(call, 1, "substrings"));
    if (call.text == "match") return comparisons_.matches(*operand, argument(call, 1, "pattern"));
    if (call.text == "match_any") return match_any(*operand, argument(call, 1, "patterns"));
    return refuse("there is nothing like the function " + config::in_quotes(call.text) + " in conditions");
  }

  static Part nullish(const Operand& operand) {
    return {Comparisons::missing(operand).text + " || " + operand.selector + " = " + in_percents("^(\\s*|-)$"), false};
  }

  MaybePart part(const Operand& operand, Where where, const Expr& call) {
    const Expr* text = argument(call, 1, "substring");
    const Expr* sensitive = argument(call, 2, "case_sensitive");
    const std::optional<std::string> wanted = text == nullptr ? std::nullopt : text_of(*text);
    if (!wanted) return refuse("it compares with something that isn't constant");
    const bool any_case = sensitive != nullptr && bare(*sensitive).text == "false";
    return comparisons_.has_text(operand, where, *wanted, any_case);
  }

  // Joins one part for each item of a list.
  template <class Convert>
  MaybePart each(const Expr* list, const std::string& sign, Convert convert) {
    if (list == nullptr || list->kind != Kind::array || list->children.empty())
      return refuse("its list isn't constant");
    Part result{{}, list->children.size() == 1};
    for (const Expr& item : list->children) {
      const MaybePart one = convert(item);
      if (!one) return std::nullopt;
      const bool as_it_is = sign == "||" || list->children.size() == 1;
      result.text += (result.text.empty() ? "" : " " + sign + " ") + (as_it_is ? one->text : in_parentheses(*one));
      result.is_unit = result.is_unit && one->is_unit;
    }
    return result;
  }

  MaybePart all_parts(const Operand& operand, const Expr* texts) {
    return each(texts, "&&", [&](const Expr& text) -> MaybePart {
      const std::optional<std::string> wanted = text_of(text);
      if (!wanted) return refuse("its list isn't constant");
      return comparisons_.has_text(operand, Where::anywhere, *wanted, false);
    });
  }

  MaybePart match_any(const Operand& operand, const Expr* patterns) {
    return each(patterns, "||", [&](const Expr& pattern) { return comparisons_.matches(operand, &pattern); });
  }

  // includes(["a", "b"], .level), and includes(.tags, "a").
  MaybePart includes(const Expr* list, const Expr* item) {
    if (list == nullptr || item == nullptr) return refuse("it isn't a comparison");
    std::optional<Operand> operand = comparisons_.operand(list->kind == Kind::array ? *item : *list);
    if (!operand) return std::nullopt;
    if (list->kind == Kind::array)
      return each(list, "||", [&](const Expr& constant) { return comparisons_.equal(*operand, constant); });
    if (bare(*item).kind == Kind::null) return refuse("it looks for null in a list");
    operand->selector += "[*]";
    return comparisons_.equal(*operand, *item);
  }

  Comparisons comparisons_;
};

}  // namespace

std::variant<Pattern, Refusal> convert_condition(const Expr& expr) {
  Writer writer;
  MaybePart part = writer.write(expr);
  if (!part) return writer.refusal();
  Pattern pattern{std::move(part->text), part->is_unit, writer.take_notes()};
  const Result<condition::Condition> compiled = condition::Condition::parse(pattern.whole());
  if (compiled) return pattern;
  return Refusal{"the condition " + pattern.whole() + " can't be used: " + compiled.error().message, ""};
}

bool is_usable(const std::string& condition) {
  return static_cast<bool>(condition::Condition::parse(condition));
}

std::variant<Pattern, Refusal> convert_condition(std::string_view program) {
  const std::vector<Statement> statements = parse(program, 0);
  for (const Statement& statement : statements) {
    if (!statement.error.empty()) return Refusal{"the condition can't be read: " + statement.error, ""};
  }
  if (statements.size() != 1) return Refusal{"the condition can't be converted: it is not one expression", ""};
  return convert_condition(statements.front().expr);
}

}  // namespace towline::app::migration::vrl
