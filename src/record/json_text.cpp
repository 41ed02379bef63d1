#include "record/json_text.hpp"

namespace towline::record {

namespace {

// The four hexadecimal digits at `at`; more than 0xFFFF if they aren't.
std::uint32_t hex4(std::string_view text, std::size_t at) {
  constexpr std::uint32_t invalid = 0x10000;
  if (text.size() < at + 4) return invalid;
  std::uint32_t value = 0;
  for (const char c : text.substr(at, 4)) {
    const auto lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9')
      value = value * 16 + static_cast<std::uint32_t>(c - '0');
    else if (lower >= 'a' && lower <= 'f')
      value = value * 16 + static_cast<std::uint32_t>(lower - 'a' + 10);
    else
      return invalid;
  }
  return value;
}

Escape read_unicode_escape(std::string_view text) {
  const std::uint32_t unit = hex4(text, 2);
  if (unit > 0xFFFF) return {};
  if (unit < 0xD800 || unit > 0xDFFF) return {6, unit};
  if (unit > 0xDBFF || !text.substr(6).starts_with("\\u")) return {};
  const std::uint32_t low = hex4(text, 8);
  if (low < 0xDC00 || low > 0xDFFF) return {};
  return {12, 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00)};
}

}  // namespace

Escape read_escape(std::string_view text) {
  if (text.size() < 2) return {};
  switch (text[1]) {
    case '"':
    case '\\':
    case '/':
      return {2, static_cast<char32_t>(text[1])};
    case 'b':
      return {2, '\b'};
    case 'f':
      return {2, '\f'};
    case 'n':
      return {2, '\n'};
    case 'r':
      return {2, '\r'};
    case 't':
      return {2, '\t'};
    case 'u':
      return read_unicode_escape(text);
    default:
      return {};
  }
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6U));
    put(0x80 | (code_point & 0x3FU));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12U));
    put(0x80 | ((code_point >> 6U) & 0x3FU));
    put(0x80 | (code_point & 0x3FU));
  } else {
    put(0xF0 | (code_point >> 18U));
    put(0x80 | ((code_point >> 12U) & 0x3FU));
    put(0x80 | ((code_point >> 6U) & 0x3FU));
    put(0x80 | (code_point & 0x3FU));
  }
}

bool append_decoded(std::string& out, std::string_view inside) {
  for (;;) {
    const std::size_t backslash = inside.find('\\');
    out.append(inside.substr(0, backslash));
    if (backslash == std::string_view::npos) return true;
    inside.remove_prefix(backslash);
    const Escape escape = read_escape(inside);
    if (escape.length == 0) return false;
    append_utf8(out, escape.code_point);
    inside.remove_prefix(escape.length);
  }
}

bool decodes_to(std::string_view inside, std::string_view text) {
  std::string decoded;
  return append_decoded(decoded, inside) && decoded == text;
}

}  // namespace towline::record
