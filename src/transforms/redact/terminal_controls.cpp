#include "transforms/redact/terminal_controls.hpp"

#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

constexpr bool in(char c, char from, char to) {
  return c >= from && c <= to;
}

// What stands for an ESC and a character: U+0080 for ESC @, and so on.
struct Beginning {
  std::size_t length = 1;
  char kind = '\0';          // what stands behind ESC; NUL at the end of the text
  std::size_t left_out = 1;  // of one that doesn't end
};

Beginning beginning_of(std::string_view text) {
  if (text.front() == '\xC2') return {2, static_cast<char>(text[1] - 0x40), 2};
  return text.size() > 1 ? Beginning{2, text[1], 1} : Beginning{};
}

// Parameters and a letter.
Control with_parameters(std::string_view text, const Beginning& beginning) {
  const std::size_t end = skip(text, beginning.length, [](char c) { return in(c, 0x20, 0x3F); });
  const bool complete = end < text.size() && in(text[end], 0x40, 0x7E);
  const bool broken = end > beginning.length && end < text.size() && begins_control(text, end);
  return {complete ? end + 1 : beginning.left_out, end + 1, 0, broken, false};
}

// Where the text of a string ends: at a control character, or the line's end.
std::size_t string_end(std::string_view text, std::size_t begin, bool ends_at_bell) {
  for (std::size_t at = begin; at < text.size(); ++at) {
    at = text.find_first_of(std::string_view("\a\n\x1B\0\xC2", 5), at);
    if (at == std::string_view::npos) break;
    if (text[at] == '\n' || begins_control(text, at) || (text[at] == '\a' && ends_at_bell)) return at;
  }
  return text.size();
}

// A text and what ends it: ESC \, U+009C, for some BEL. Any other control sequence breaks it off.
Control with_text(std::string_view text, const Beginning& beginning, bool ends_at_bell) {
  const std::size_t end = string_end(text, beginning.length, ends_at_bell);
  if (end == text.size() || text[end] == '\n' || text[end] == '\0') return {beginning.left_out, end + 1};
  if (text[end] == '\a') return {end + 1, end + 1};
  const std::string_view behind = text.substr(end + 1);
  const bool ended = text[end] == '\x1B' ? behind.starts_with('\\') : behind.starts_with('\x9C');
  return {ended ? end + 2 : end, end + 2};
}

// Of one function: ESC 7, and ESC ( B with more characters before the last one. Few of them are known to everybody.
Control function(std::string_view text) {
  const std::size_t end = skip(text, 1, [](char c) { return in(c, 0x20, 0x2F); });
  const bool complete = end < text.size() && in(text[end], 0x30, 0x7E);
  const bool broken = end < text.size() && begins_control(text, end);
  return {complete ? end + 1 : 1, end + 1, complete ? std::size_t{1} : 0, broken, complete && text[end] == '\\'};
}

}  // namespace

Control control_at(std::string_view text) {
  if (text.empty() || !begins_control(text, 0)) return {};
  if (text.front() == '\0') return {1, 1};
  const Beginning beginning = beginning_of(text);
  switch (beginning.kind) {
    case '[':
      return with_parameters(text, beginning);
    case ']':
      return with_text(text, beginning, /*ends_at_bell=*/true);
    case 'P':
    case 'X':
    case '^':
    case '_':
      return with_text(text, beginning, /*ends_at_bell=*/false);
    default:
      return text.front() == '\xC2' ? Control{2, 2, 0, false, beginning.kind == '\\'} : function(text);
  }
}

}  // namespace towline::redact
