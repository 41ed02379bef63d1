#include "config/value.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "base/json_string.hpp"

namespace towline::config {

Json or_variable(Json scalar) {
  return Json().set("anyOf", Json::array({std::move(scalar), text_matching("\\$\\{")}));
}

Json text_matching(std::string_view pattern) {
  return Json().set("type", "string").set("pattern", pattern);
}

std::string yaml_scalar(std::string_view text) {
  constexpr std::string_view plain_first = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.$";
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.-+@";
  const bool is_word = text == "null" || text == "~" || text == "true" || text == "false" || text == "off";
  const bool is_plain = !text.empty() && !is_word && plain_first.find(text.front()) != std::string_view::npos &&
                        text.substr(1).find_first_not_of(plain) == std::string_view::npos;
  if (is_plain) return std::string(text);
  std::string out;
  append_json_string(out, text);  // a JSON string is a YAML double-quoted scalar
  return out;
}

bool expect_scalar(const Node& node, std::string_view what, Problems& problems) {
  if (node.is_scalar()) return true;
  problems.add(node.mark, "expected " + std::string(what) + ", not " + node.shown());
  return false;
}

bool expect_sequence(const Node& node, std::string_view what, Problems& problems) {
  if (node.is_sequence()) return true;
  problems.add(node.mark, "expected " + std::string(what) + ", not " + node.shown(),
               node.is_scalar() ? "a list is written [a, b]" : "");
  return false;
}

bool expect_map(const Node& node, std::string_view what, Problems& problems) {
  if (node.is_map()) return true;
  // `auth: SECRET` is a likely mistake: a text in place of a map isn't shown.
  problems.add(node.mark, "expected " + std::string(what) + ", not " + (node.is_scalar() ? "a text" : node.shown()));
  return false;
}

std::optional<bool> Value<bool>::parse(const Node& node, Problems& problems) {
  if (node.is_scalar() && node.text == "true") return true;
  if (node.is_scalar() && node.text == "false") return false;
  problems.add(node.mark, "expected true or false, not " + node.shown());
  return std::nullopt;
}

ValueInfo Value<bool>::info() {
  return {"true or false", or_variable(Json().set("type", "boolean")), {}};
}

std::optional<std::string> Value<std::string>::parse(const Node& node, Problems& problems) {
  if (!expect_scalar(node, "text", problems)) return std::nullopt;
  return node.text;
}

ValueInfo Value<std::string>::info() {
  return {"text", Json().set("type", Json::array({"string", "number", "boolean"})), {}};
}

namespace {

// The whole text as a number; std::errc() where it is one.
template <class Number>
std::errc read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc()) return error;
  return end == text.data() + text.size() ? std::errc() : std::errc::invalid_argument;
}

template <class Integer>
std::optional<Integer> parse_integer(const Node& node, Integer min, Integer max, Problems& problems) {
  if (!expect_scalar(node, "a whole number", problems)) return std::nullopt;
  Integer value = 0;
  const std::errc error = read_number(node.text, value);
  if (error == std::errc::invalid_argument) {
    problems.add(node.mark, "expected a whole number, not " + node.shown());
    return std::nullopt;
  }
  if (error != std::errc() || value < min || value > max) {
    problems.add(node.mark, "must be " + std::to_string(min) + " to " + std::to_string(max) + ", not " + node.shown());
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::optional<double> Value<double>::parse(const Node& node, Problems& problems) {
  double value = 0;
  if (node.is_scalar() && read_number(node.text, value) == std::errc() && std::isfinite(value)) return value;
  problems.add(node.mark, "expected a number, not " + node.shown());
  return std::nullopt;
}

std::string Value<double>::print(double value) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc() ? std::string(buffer.data(), end) : std::string();
}

ValueInfo Value<double>::info() {
  return {"number", or_variable(Json().set("type", "number")), {}};
}

std::optional<std::int64_t> parse_signed(const Node& node, std::int64_t min, std::int64_t max, Problems& problems) {
  return parse_integer<std::int64_t>(node, min, max, problems);
}

std::optional<std::uint64_t> parse_unsigned(const Node& node, std::uint64_t max, Problems& problems) {
  if (node.is_scalar() && node.text.starts_with('-')) {
    std::int64_t negative = 0;
    if (read_number(node.text, negative) == std::errc()) {
      problems.add(node.mark, "must be 0 to " + std::to_string(max) + ", not " + node.shown());
      return std::nullopt;
    }
  }
  return parse_integer<std::uint64_t>(node, 0, max, problems);
}

ValueInfo integer_info(bool is_signed) {
  Json json = Json().set("type", "integer");
  if (!is_signed) json.set("minimum", std::uint64_t{0});
  return {"whole number", or_variable(std::move(json)), {}};
}

std::optional<std::size_t> parse_choice(const Node& node, const std::vector<std::string>& names, Problems& problems) {
  if (node.is_scalar())
    for (std::size_t i = 0; i < names.size(); ++i)
      if (node.text == names[i]) return i;
  std::string all;
  for (std::size_t i = 0; i < names.size(); ++i)
    all += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  // The file's own text is compared: a suggestion must not lead back to the value of a variable.
  const std::string hint = node.is_scalar() && node.text == node.written ? suggestion(node.text, names) : "";
  problems.add(node.mark, "must be " + all + ", not " + node.shown(), hint.starts_with("did") ? hint : "");
  return std::nullopt;
}

ValueInfo choice_info(std::vector<std::pair<std::string, std::string>> choices) {
  Json names = Json::array();
  std::string all;
  bool has_number = false;  // `1.2` without quotes is a number for an editor, though it names a choice
  for (const auto& [name, description] : choices) {
    names.push(name);
    all += (all.empty() ? "" : ", ") + name;
    has_number |= name.find_first_not_of("0123456789.") == std::string::npos;
  }
  Json json = Json().set("enum", std::move(names));
  if (has_number) json = Json().set("anyOf", Json::array({std::move(json), Json().set("type", "number")}));
  return {"one of " + all, or_variable(std::move(json)), std::move(choices)};
}

ValueInfo list_info(ValueInfo item) {
  return {"list of " + item.name, Json().set("type", "array").set("items", std::move(item.json)),
          std::move(item.choices)};
}

ValueInfo map_info(ValueInfo item) {
  return {"map of " + item.name, Json().set("type", "object").set("additionalProperties", std::move(item.json)),
          std::move(item.choices)};
}

}  // namespace towline::config
