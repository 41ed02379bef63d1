// The lengths and second-byte ranges below are table 3-7 of the Unicode standard: they exclude overlong forms,
// surrogates and what lies above U+10FFFF.
#include "base/json_string.hpp"

#include <array>
#include <cstddef>

namespace towline {

namespace {

void append_escape(std::string& out, unsigned code) {
  static constexpr char digits[] = "0123456789abcdef";
  out += "\\u00";
  out += digits[(code >> 4U) & 0xFU];
  out += digits[code & 0xFU];
}

// One that isn't written as it is.
void append_ascii(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  append_escape(out, static_cast<unsigned char>(c));
}

// The characters that are written as they are, one byte each.
constexpr std::array<bool, 256> plain = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0x20; c < 0x7F; ++c) table[c] = c != '"' && c != '\\';
  return table;
}();

std::size_t plain_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && plain[static_cast<unsigned char>(text[length])]) ++length;
  return length;
}

bool is_c1_control(std::string_view sequence) {
  return sequence.size() == 2 && sequence[0] == '\xC2' && static_cast<unsigned char>(sequence[1]) < 0xA0;
}

// How many bytes a sequence with this first byte has; 0 for a byte that can't be first.
std::size_t expected_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

bool second_byte_fits(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xE0:
      return second >= 0xA0 && second <= 0xBF;
    case 0xED:
      return second >= 0x80 && second <= 0x9F;
    case 0xF0:
      return second >= 0x90 && second <= 0xBF;
    case 0xF4:
      return second >= 0x80 && second <= 0x8F;
    default:
      return second >= 0x80 && second <= 0xBF;
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (;;) {
    const std::size_t run = plain_length(text);
    out += text.substr(0, run);
    text.remove_prefix(run);
    if (text.empty()) break;
    const std::size_t length = utf8_sequence_length(text);
    const std::string_view sequence = text.substr(0, length);
    if (length == 0)
      out += "\xEF\xBF\xBD";
    else if (length == 1)
      append_ascii(out, sequence[0]);
    else if (is_c1_control(sequence))
      append_escape(out, static_cast<unsigned char>(sequence[1]));
    else
      out += sequence;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

std::size_t utf8_sequence_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = expected_length(byte(0));
  if (length == 0 || length > text.size()) return 0;
  if (length > 1 && !second_byte_fits(byte(0), byte(1))) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  return length;
}

}  // namespace towline
