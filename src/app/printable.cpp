#include "app/printable.hpp"

#include <algorithm>

#include "base/json_string.hpp"

namespace towline::app {

namespace {

bool is_replaced(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  if (character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF") return true;
  return character.size() == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

}  // namespace

std::string printable(std::string_view text, Tabs tabs) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    const bool is_kept = text.front() == '\t' && tabs == Tabs::kept;
    if (length == 0 || (is_replaced(text.substr(0, length)) && !is_kept))
      out += "\xEF\xBF\xBD";
    else
      out += text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace towline::app
