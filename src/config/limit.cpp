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

bool is_off(const Node& node) {
  return node.is_scalar() && node.text == "off";
}

ValueInfo or_off_info(ValueInfo inner) {
  Json off = Json().set("const", "off");
  return {inner.name + " or `off`", Json().set("anyOf", Json::array({std::move(inner.json), std::move(off)})),
          std::move(inner.choices)};
}

}  // namespace towline::config
