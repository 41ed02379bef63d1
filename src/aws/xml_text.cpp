#include "aws/xml_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace towline::aws {

namespace {

constexpr std::array<std::pair<std::string_view, char>, 5> entities = {
    {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};

}  // namespace

std::optional<std::string_view> xml_element(std::string_view xml, std::string_view name) {
  if (xml.find("<!") != std::string_view::npos) return std::nullopt;
  const std::string open = "<" + std::string(name) + ">";
  const std::string close = "</" + std::string(name) + ">";
  const std::size_t begin = xml.find(open);
  const std::size_t end = xml.find(close);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return std::nullopt;
  if (xml.find(open, begin + 1) != std::string_view::npos || xml.find(close, end + 1) != std::string_view::npos)
    return std::nullopt;
  return xml.substr(begin + open.size(), end - begin - open.size());
}

std::optional<std::string> xml_text(std::string_view xml, std::string_view name) {
  const std::optional<std::string_view> content = xml_element(xml, name);
  if (!content || content->find('<') != std::string_view::npos) return std::nullopt;
  std::string text;
  for (std::string_view rest = *content; !rest.empty();) {
    if (rest.front() != '&') {
      text += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    const auto* entity = std::ranges::find_if(entities, [rest](const auto& e) { return rest.starts_with(e.first); });
    if (entity == entities.end()) return std::nullopt;
    text += entity->second;
    rest.remove_prefix(entity->first.size());
  }
  return text;
}

}  // namespace towline::aws
