#include "config/limit.hpp"

#include <charconv>

namespace towline::config {

std::optional<Limit> Value<Limit>::parse(const Node& node, Problems& problems) {
  if (node.is_scalar() && node.text == "unlimited") return Limit::unlimited();
  std::uint64_t number = 0;
  if (node.is_scalar()) {
    const char* const last = node.text.data() + node.text.size();
    const auto [end, error] = std::from_chars(node.text.data(), last, number);
    if (error == std::errc() && end == last && number > 0) return Limit(number);
  }
  problems.add(node.mark, "must be a whole number above 0 or `unlimited`, not " + node.shown());
  return std::nullopt;
}

std::string Value<Limit>::print(Limit limit) {
  return limit.is_unlimited() ? "unlimited" : std::to_string(limit.value());
}

ValueInfo Value<Limit>::info() {
  Json number = Json().set("type", "integer").set("minimum", std::uint64_t{1});
  return {"whole number or `unlimited`",
          Json().set("anyOf", Json::array({std::move(number), text_matching("^unlimited$|\\$\\{")})),
          {}};
}

std::string_view to_string(Without word) {
  return word == Without::off ? "off" : "unlimited";
}

bool is_word(const Node& node, Without word) {
  return node.is_scalar() && node.text == to_string(word);
}

ValueInfo or_without_info(ValueInfo inner, Without word) {
  const std::string text(to_string(word));
  Json constant = Json().set("const", text);
  return {inner.name + " or `" + text + "`",
          Json().set("anyOf", Json::array({std::move(inner.json), std::move(constant)})), std::move(inner.choices)};
}

}  // namespace towline::config
