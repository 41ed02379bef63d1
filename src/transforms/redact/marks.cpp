#include "transforms/redact/marks.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/json_string.hpp"
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/terminal_controls.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t block_size = 64;
constexpr std::uint8_t no_value = 64;

constexpr std::array<std::uint8_t, 256> base64_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_value);
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::uint8_t i = 0; i < alphabet.size(); ++i) values[static_cast<unsigned char>(alphabet[i])] = i;
  values['-'] = 62;
  values['_'] = 63;
  return values;
}();

unsigned value_of(char c) {
  return base64_values[static_cast<unsigned char>(c)];
}

// The bytes 0x20 to 0x7E: no control characters but those that end lines and columns, no bytes of other scripts.
bool is_ascii_text(char c) {
  return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\r' || c == '\t';
}

constexpr std::size_t group_size = 4;  // characters of base64, that stand for three bytes

// What at most two groups stand for, as far as they are base64.
struct Decoded {
  std::array<char, 6> bytes{};
  std::size_t size = 0;

  std::string_view text() const { return {bytes.data(), size}; }
};

Decoded decode(std::string_view text) {
  Decoded decoded;
  unsigned value = 0;
  unsigned bits = 0;
  for (const char c : text.substr(0, 2 * group_size)) {
    if (value_of(c) == no_value) break;
    value = value << 6U | value_of(c);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    decoded.bytes[decoded.size++] = static_cast<char>(static_cast<unsigned char>(value >> bits & 0xFFU));
  }
  return decoded;
}

// How many bytes of a text stand for ASCII, at its beginning.
std::size_t ascii_length(std::string_view text) {
  return skip(text, 0, is_ascii_text);
}

bool is_text_group(std::string_view four) {
  return four.size() == group_size && ascii_length(decode(four).text()) == 3;
}

// Whether there is a whole group of ASCII text before anything else, or what text goes on with: a character beyond
// ASCII, or a control sequence.
bool goes_on_as_text(std::string_view text) {
  const Decoded decoded = decode(text);
  const std::size_t ascii = ascii_length(decoded.text());
  const std::string_view behind = decoded.text().substr(ascii);
  return ascii >= 3 || behind.starts_with('\x1B') || utf8_sequence_length(behind) > 1;
}

// Whether there is a character beyond ASCII before; a group of ASCII text has a mark of its own.
bool began_as_text(std::string_view text) {
  if (text.size() < group_size) return false;
  const std::size_t before = std::min<std::size_t>(text.size() / group_size, 2) * group_size;
  Decoded decoded = decode(text.substr(text.size() - before));
  if (decoded.size != before / group_size * 3) decoded = decode(text.substr(text.size() - group_size));
  std::string_view bytes = decoded.text();
  while (!bytes.empty() && is_ascii_text(bytes.back())) bytes.remove_suffix(1);
  if (decoded.size - bytes.size() >= 3) return false;
  for (std::size_t length = 2; length <= std::min<std::size_t>(bytes.size(), 4); ++length) {
    if (utf8_sequence_length(bytes.substr(bytes.size() - length)) == length) return true;
  }
  return false;
}

bool are_text_groups(std::string_view text, std::size_t at) {
  const std::size_t end = at + Marks::text_groups * group_size;
  if (end > text.size()) return false;
  for (std::size_t next = at; next < end; next += group_size) {
    if (!is_text_group(text.substr(next, group_size))) return false;
  }
  return goes_on_as_text(text.substr(end)) || began_as_text(text.substr(0, at));
}

bool are_text_pairs(std::string_view text, std::size_t at) {
  if (text.size() - at < Marks::text_pairs * 2) return false;
  for (std::size_t i = 0; i < Marks::text_pairs * 2; i += 2) {
    const unsigned high = hex_value(text[at + i]);
    const unsigned low = hex_value(text[at + i + 1]);
    if (high > 7 || low > 15 || !is_ascii_text(static_cast<char>(high << 4U | low))) return false;
  }
  return true;
}

bool is_group_digit(std::string_view text, std::size_t begin) {
  constexpr std::size_t group_min = 3;
  const std::string_view group = text.substr(begin, group_min);
  return group.size() == group_min && std::all_of(group.begin(), group.end(), is_digit);
}

// Whether an escape begins at `at`; a plus between groups of digits is the blank of a form.
bool is_escape(std::string_view text, std::size_t at) {
  const auto hex_at = [&](std::size_t place) { return place < text.size() && hex_value(text[place]) < 16; };
  const char next = at + 1 < text.size() ? text[at + 1] : '\0';
  switch (text[at]) {
    case '%':
      return hex_at(next == 'u' ? at + 2 : at + 1) && hex_at(next == 'u' ? at + 3 : at + 2);
    case '&':
      return next == '#' || is_letter(next);
    case '\xC2':
      return begins_control(text, at);
    default:
      return at >= 3 && is_group_digit(text, at - 3) && is_group_digit(text, at + 1);
  }
}

bool in(char c, char from, char to) {
  return c >= from && c <= to;
}

// The classes are the rectangles of low and high halves of a byte that anchors_fast.cpp's way of searching can tell
// apart; they hold a few characters more than base64 has.
void add_class(MarkClasses& classes, char c, std::size_t i) {
  const bool first = in(c, 'I', 'Z') || in(c, 'a', 'f');
  const bool second = in(c, '0', '3') || in(c, 'C', 'H') || in(c, 'S', 'X') || in(c, 'i', 'n') || in(c, 'y', '~');
  const bool upper = in(c, '@', '_') && (c % 4 == 1 || c % 4 == 2);
  const bool lower = in(c, '`', '\x7F') && (c % 4 == 0 || c % 4 == 3);
  const bool digit = in(c, '0', '?') && c % 4 < 2;
  classes.first |= std::uint64_t{first} << i;
  classes.second |= std::uint64_t{second} << i;
  classes.third |= std::uint64_t{upper || lower || digit} << i;
  classes.escape |= std::uint64_t{c == '%' || c == '&' || c == '+' || c == '\xC2'} << i;
  classes.high |= std::uint64_t{in(c, '2', '7')} << i;
}

}  // namespace

bool is_base64(char c) {
  return value_of(c) != no_value;
}
unsigned base64_value(char c) {
  return value_of(c);
}
unsigned hex_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  const char lower = to_lower(c);
  return in(lower, 'a', 'f') ? static_cast<unsigned>(lower - 'a') + 10 : 16;
}

bool find_marks_portable(std::string_view piece, MarkRuns& runs, BlockMarks& out) {
  bool any = false;
  std::array<char, block_size> tail;
  for (std::size_t at = 0; at < piece.size(); at += block_size) {
    const char* const block = block_at(piece, at, tail);
    MarkClasses classes{};
    for (std::size_t i = 0; i < block_size; ++i) add_class(classes, block[i], i);
    out[at / block_size] = end_runs(classes, runs);
    any = any || out[at / block_size].any();
  }
  return any;
}

bool Marks::search(std::string_view text) {
  if (std::exchange(any_, false)) {
    for (auto& places : places_) places.clear();
  }
  MarkRuns runs;
  BlockMarks found;
  for (std::size_t at = 0; at < text.size(); at += mark_piece) {
    const std::string_view piece = text.substr(at, mark_piece);
    if (!find_marks_(piece, runs, found)) continue;
    for (std::size_t block = 0; block * block_size < piece.size(); ++block) {
      if (found[block].any()) add(text, at + block * block_size, found[block]);
    }
  }
  return any_;
}

// What the bits of the block at `begin` say, if it is confirmed by what the text says.
void Marks::add(std::string_view text, std::size_t begin, const MarkBits& found) {
  const auto each = [&](std::uint64_t bits, std::size_t before, Kind kind, auto&& confirm) {
    for (; bits != 0; bits &= bits - 1) {
      const std::size_t at = begin + static_cast<std::size_t>(std::countr_zero(bits)) - before;
      if (!confirm(text, at)) continue;
      places_[kind].push_back(static_cast<std::uint32_t>(at));
      any_ = true;
    }
  };
  each(found.escapes, 0, escape, is_escape);
  if (!encoded_) return;
  each(found.groups, 4 * (text_groups - 1) + 2, base64, are_text_groups);
  each(found.pairs, 2 * (text_pairs - 1), hex, are_text_pairs);
}

void Marks::release() {
  for (auto& places : places_) places = {};
  any_ = false;
}

}  // namespace towline::redact
