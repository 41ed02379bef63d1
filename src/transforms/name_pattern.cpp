#include "transforms/name_pattern.hpp"

#include <utility>
#include <vector>

namespace towline::transforms {

namespace {

std::vector<std::string> pieces_of(std::string_view text) {
  std::vector<std::string> pieces;
  for (std::size_t star = text.find('*'); star != std::string_view::npos; star = text.find('*')) {
    pieces.emplace_back(text.substr(0, star));
    text.remove_prefix(star + 1);
  }
  pieces.emplace_back(text);
  return pieces;
}

}  // namespace

NamePattern::NamePattern(std::string_view text) : text_(text), glob_(pieces_of(text)) {}

}  // namespace towline::transforms

namespace towline::config {

std::optional<transforms::NamePattern> Value<transforms::NamePattern>::parse(const Node& node, Problems& problems) {
  const std::optional<std::string> text = Value<std::string>::parse(node, problems);
  if (!text) return std::nullopt;
  if (!text->empty()) return transforms::NamePattern(*text);
  problems.add(node.mark, "a name is missing");
  return std::nullopt;
}

ValueInfo Value<transforms::NamePattern>::info() {
  ValueInfo info = Value<std::string>::info();
  info.name = "name";
  return info;
}

}  // namespace towline::config
