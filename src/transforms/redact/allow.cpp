#include "transforms/redact/allow.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "transforms/redact/patterns.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t values_max = 256;

bool is_expression(std::string_view text) {
  return text.size() > 2 && text.starts_with('/') && text.ends_with('/');
}

// A text with stars as an expression.
std::string expression_of(std::string_view text) {
  std::string expression = "(?is)";
  for (;;) {
    const std::size_t star = text.find('*');
    const std::string_view part = text.substr(0, star);
    expression += re2::RE2::QuoteMeta({part.data(), part.size()});
    if (star == std::string_view::npos) return expression;
    expression += ".*";
    text.remove_prefix(star + 1);
  }
}

}  // namespace

bool AllowedValues::contain(std::string_view found) const {
  return std::any_of(expressions.begin(), expressions.end(), [&](const auto& expression) {
    return re2::RE2::FullMatch({found.data(), found.size()}, *expression);
  });
}

}  // namespace towline::redact

namespace towline::config {

namespace {

// One value; an empty pointer after reporting.
std::shared_ptr<const re2::RE2> parse_allowed(const Node& item, const std::string& text, Problems& problems) {
  const bool all = text.find_first_not_of('*') == std::string::npos;
  if (all) {
    problems.add(item.mark, item.shown() + " would allow everything", "leave the detector out instead");
    return nullptr;
  }
  const bool expression = redact::is_expression(text);
  auto compiled = redact::compile_pattern(expression ? text.substr(1, text.size() - 2) : redact::expression_of(text));
  if (const auto* bad = std::get_if<redact::BadPattern>(&compiled)) {
    problems.add(item.mark, bad->message, bad->hint);
    return nullptr;
  }
  return std::get<0>(compiled);
}

}  // namespace

std::optional<redact::AllowedValues> Value<redact::AllowedValues>::parse(const Node& node, Problems& problems) {
  auto texts = Value<std::vector<std::string>>::parse(node, problems);
  if (!texts) return std::nullopt;
  if (texts->size() > redact::values_max) {
    problems.add(node.mark, "more than 256 values", "a regular expression between slashes can stand for many");
    return std::nullopt;
  }
  redact::AllowedValues values;
  for (std::size_t i = 0; i < texts->size(); ++i) {
    auto expression = parse_allowed(node.items[i], (*texts)[i], problems);
    if (expression) values.expressions.push_back(std::move(expression));
  }
  if (values.expressions.size() != texts->size()) return std::nullopt;
  values.texts = std::move(*texts);
  return values;
}

std::string Value<redact::AllowedValues>::print(const redact::AllowedValues& values) {
  return Value<std::vector<std::string>>::print(values.texts);
}

ValueInfo Value<redact::AllowedValues>::info() {
  return Value<std::vector<std::string>>::info();
}

}  // namespace towline::config
