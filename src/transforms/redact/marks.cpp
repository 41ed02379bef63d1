#include "transforms/redact/marks.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "transforms/redact/detectors/characters.hpp"

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

// The bytes 0x20 to 0x7F: no control characters but those that end lines and columns, no bytes of other scripts.
bool is_ascii_text(unsigned byte) {
  return (byte >= 0x20 && byte < 0x7F) || byte == '\n' || byte == '\r' || byte == '\t';
}

// Whether the four characters stand for three bytes of ASCII text.
bool is_text_group(std::string_view four) {
  unsigned bits = 0;
  for (const char c : four) {
    if (value_of(c) == no_value) return false;
    bits = bits << 6U | value_of(c);
  }
  return is_ascii_text(bits >> 16U) && is_ascii_text(bits >> 8U & 0xFFU) && is_ascii_text(bits & 0xFFU);
}

bool are_text_groups(std::string_view text, std::size_t at) {
  if (text.size() - at < Marks::text_groups * 4) return false;
  for (std::size_t group = 0; group < Marks::text_groups; ++group) {
    if (!is_text_group(text.substr(at + group * 4, 4))) return false;
  }
  return true;
}

bool are_text_pairs(std::string_view text, std::size_t at) {
  if (text.size() - at < Marks::text_pairs * 2) return false;
  for (std::size_t i = 0; i < Marks::text_pairs * 2; i += 2) {
    const unsigned high = hex_value(text[at + i]);
    const unsigned low = hex_value(text[at + i + 1]);
    if (high > 15 || low > 15 || !is_ascii_text(high << 4U | low)) return false;
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
  classes.first |= std::uint64_t{first} << i;
  classes.second |= std::uint64_t{second} << i;
  classes.escape |= std::uint64_t{c == '%' || c == '&' || c == '+'} << i;
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
  each(found.groups, 4 * (text_groups - 1) + 1, base64, are_text_groups);
  each(found.pairs, 2 * (text_pairs - 1), hex, are_text_pairs);
}

void Marks::release() {
  for (auto& places : places_) places = {};
  any_ = false;
}

}  // namespace towline::redact
