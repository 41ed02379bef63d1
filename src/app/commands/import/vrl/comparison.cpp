#include "app/commands/import/vrl/comparison.hpp"

#include <algorithm>
#include <charconv>

#include "app/commands/import/vrl/look.hpp"
#include "base/json_string.hpp"
#include "config/problems.hpp"

namespace towline::app::migration::vrl {

namespace {

using Kind = Expr::Kind;

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// The inside of quotes in a pattern, in which a star is no star.
std::string quoted(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  std::string out;
  for (const char c : json.substr(1, json.size() - 2)) out += c == '*' ? "\\*" : std::string(1, c);
  return out;
}

bool is_number(const Expr& expr) {
  if (expr.kind == Kind::unary && expr.text == "-") return expr.children.front().kind == Kind::number;
  return expr.kind == Kind::number;
}

std::string number_of(const Expr& expr) {
  return expr.kind == Kind::unary ? "-" + expr.children.front().text : expr.text;
}

double value_of(const Expr& number) {
  const std::string text = number_of(number);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool holds(double left, const std::string& sign, double right) {
  if (left == right) return sign.ends_with('=');
  return sign.starts_with('<') == (left < right);
}

bool is_text(const Expr& expr) {
  return expr.kind == Kind::string || expr.kind == Kind::raw;
}

bool same(const Expr& a, const Expr& b) {
  if (is_number(a) && is_number(b)) return value_of(a) == value_of(b);
  return (a.kind == b.kind || (is_text(a) && is_text(b))) && a.text == b.text;
}

}  // namespace

bool is_constant(const Expr& expr) {
  const Expr& inner = bare(expr);
  return inner.kind == Kind::null || inner.kind == Kind::boolean || is_text(inner) || is_number(inner);
}

std::string in_percents(std::string_view regex) {
  std::string out = "%";
  for (std::size_t i = 0; i < regex.size(); ++i) {
    if (regex[i] == '\\' && i + 1 < regex.size())
      out += regex[i++];
    else if (regex[i] == '%')
      out += '\\';
    out += regex[i];
  }
  return out + "%";
}

std::nullopt_t Comparisons::refuse(std::string why, std::string instead) {
  if (refusal_.why.empty()) refusal_ = {"the condition can't be converted: " + std::move(why), std::move(instead)};
  return std::nullopt;
}

void Comparisons::note(std::string text) {
  if (std::find(notes_.begin(), notes_.end(), text) == notes_.end()) notes_.push_back(std::move(text));
}

std::optional<Operand> Comparisons::operand(const Expr& expr) {
  const Expr& inner = bare(expr);
  if (inner.kind == Kind::path) {
    std::optional<std::string> text = selector(inner.path);
    if (text) return Operand{std::move(*text), false, false, {}};
    return refuse("conditions can't select " + config::in_quotes(shown(inner.path)));
  }
  if (inner.kind == Kind::binary && inner.text == "??") return with_default(inner);
  if (inner.kind == Kind::call && !inner.arguments.empty()) return changed(inner);
  if (inner.kind == Kind::variable) return refuse("it depends on the variable " + config::in_quotes(inner.text));
  return refuse("only a field can be compared");
}

std::optional<Operand> Comparisons::with_default(const Expr& expr) {
  std::optional<Operand> result = operand(expr.children[0]);
  if (!result) return std::nullopt;
  const Expr& otherwise = bare(expr.children[1]);
  if (!is_constant(otherwise)) return refuse("its default is not a constant");
  result->otherwise = otherwise;
  return result;
}

std::optional<Operand> Comparisons::changed(const Expr& call) {
  const bool is_upper = call.text == "upcase";
  const bool folds = is_upper || call.text == "downcase";
  const bool numeric = call.text == "to_int" || call.text == "to_float";
  if (!folds && !numeric && call.text != "to_string")
    return refuse("there is nothing like the function " + config::in_quotes(call.text) + " in conditions");
  std::optional<Operand> result = operand(call.arguments.front().value.front());
  if (result && folds) {
    result->any_case = true;
    result->is_upper = is_upper;
  }
  if (numeric) note("In this condition only JSON numbers are numbers; texts that look like some are not.");
  return result;
}

Part Comparisons::missing(const Operand& operand) {
  return {operand.selector + " IS NULL || " + operand.selector + " NOT EXISTS", false};
}

std::optional<Part> Comparisons::equal(const Operand& operand, const Expr& constant) {
  const Expr& value = bare(constant);
  if (!is_constant(value)) return refuse("two fields can't be compared");
  if (operand.otherwise && same(*operand.otherwise, value)) return refuse("it is true where there is no value");
  if (value.kind == Kind::null) return missing(operand);
  if (value.kind == Kind::boolean) return Part{operand.selector + (value.text == "true" ? " IS TRUE" : " IS FALSE")};
  if (is_number(value)) return Part{operand.selector + " = " + number_of(value)};
  return has_text(operand, Where::whole, value.text, false);
}

std::optional<Part> Comparisons::ordered(const Operand& operand, const std::string& sign, const Expr& number) {
  const Expr& value = bare(number);
  if (!is_number(value)) return refuse("only numbers can be compared by " + config::in_quotes(sign));
  if (operand.otherwise && !is_number(*operand.otherwise)) return refuse("its default is no number");
  if (operand.otherwise && holds(value_of(*operand.otherwise), sign, value_of(value)))
    return refuse("it is true where there is no value");
  return Part{operand.selector + " " + sign + " " + number_of(value)};
}

std::optional<Part> Comparisons::has_text(const Operand& operand, Where where, const std::string& text, bool any_case) {
  if (operand.any_case && text != (operand.is_upper ? upper(text) : lower(text)))
    return refuse("it can't be true: the case differs");
  if (text.empty() && where != Where::whole) return refuse("an empty text is in every text");
  const bool before = where == Where::end || where == Where::anywhere;
  const bool behind = where == Where::start || where == Where::anywhere;
  if (!any_case && !operand.any_case)
    return Part{operand.selector + " = \"" + (before ? "*" : "") + quoted(text) + (behind ? "*" : "") + "\""};
  return Part{operand.selector + " = " +
              in_percents("(?i)" + std::string(before ? "" : "^") + quote_regex(text) + (behind ? "" : "$"))};
}

std::optional<Part> Comparisons::matches(const Operand& operand, const Expr* regex) {
  if (regex == nullptr || regex->kind != Kind::regex) return refuse("its pattern isn't constant");
  if (operand.any_case) return refuse("the case of the value is changed before", "write (?i) into the pattern");
  return Part{operand.selector + " = " + in_percents(regex->text)};
}

}  // namespace towline::app::migration::vrl
