// Classes of ASCII characters that detectors need; bytes of other characters belong to none of them.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace towline::redact {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_letter(char c) {
  return is_upper(c) || is_lower(c);
}
constexpr bool is_alnum(char c) {
  return is_letter(c) || is_digit(c);
}
constexpr bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
// What Shape::digit_run consists of; the last two are the bytes of a no-break space.
constexpr bool in_digit_run(char c) {
  return is_digit(c) || c == ' ' || c == '-' || c == '/' || c == '(' || c == ')' || c == '\xC2' || c == '\xA0';
}
constexpr bool is_base64url(char c) {
  return is_alnum(c) || c == '-' || c == '_';
}
constexpr bool is_beyond_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}
constexpr char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c + 32) : c;
}

constexpr char to_upper(char c) {
  return is_lower(c) ? static_cast<char>(c - 32) : c;
}

// A set of characters that is asked about many of them.
class CharacterSet {
 public:
  constexpr explicit CharacterSet(std::string_view characters) {
    for (const char c : characters) in_[static_cast<unsigned char>(c)] = true;
  }
  constexpr bool has(char c) const { return in_[static_cast<unsigned char>(c)]; }

 private:
  std::array<bool, 256> in_{};
};

// One past the run of characters of a class that begins at `at`.
template <class Class>
std::size_t skip(std::string_view text, std::size_t at, Class in_class) {
  while (at < text.size() && in_class(text[at])) ++at;
  return at;
}

// Whether the letter before a place is the end of an escape instead of part of a word: of the ANSI sequence that sets a
// colour (ESC[35m, or what is left of it without its first byte), of a \n that was written as two characters.
constexpr bool follows_escape(std::string_view text, std::size_t at) {
  constexpr std::size_t parameters_max = 32;
  if (at < 2 || !is_letter(text[at - 1])) return false;
  const std::size_t last = at - 1;
  if (text[last - 1] == '\\') return std::string_view("nrtbfv").find(text[last]) != std::string_view::npos;
  std::size_t begin = last;
  while (begin > 0 && last - begin < parameters_max && (is_digit(text[begin - 1]) || text[begin - 1] == ';')) --begin;
  if (begin == 0 || text[begin - 1] != '[') return false;
  return (begin > 1 && text[begin - 2] == '\x1B') || (text[last] == 'm' && begin != last);
}

// Whether a word, or a number, goes on at a place from what stands before it.
constexpr bool follows_word(std::string_view text, std::size_t at) {
  return at > 0 && is_alnum(text[at - 1]) && !follows_escape(text, at);
}
// The length of the blank at a place, a space or a no-break space (U+00A0); 0 if there is none.
constexpr std::size_t blank_at(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == ' ') return 1;
  return at + 1 < text.size() && text[at] == '\xC2' && text[at + 1] == '\xA0' ? 2 : 0;
}
// The length of the blank that ends at a place.
constexpr std::size_t blank_before(std::string_view text, std::size_t at) {
  if (at > 0 && text[at - 1] == ' ') return 1;
  return at > 1 && text[at - 2] == '\xC2' && text[at - 1] == '\xA0' ? 2 : 0;
}
// Whether a letter or digit stands at a place.
constexpr bool alnum_at(std::string_view text, std::size_t at) {
  return at < text.size() && is_alnum(text[at]);
}

// Whether `word` (in lower case) stands at `at`, in whatever case.
constexpr bool word_at(std::string_view text, std::size_t at, std::string_view word) {
  if (text.size() - at < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (to_lower(text[at + i]) != word[i]) return false;
  }
  return true;
}

// How all that was redacted begins (unless a mask shows a part of it): what detectors must not find again.
inline constexpr std::string_view redaction_start = "[REDACTED:";
constexpr bool redaction_at(std::string_view text, std::size_t at) {
  return text[at] == redaction_start.front() && text.substr(at).starts_with(redaction_start);
}

inline constexpr std::string_view digit_set = "0123456789";
inline constexpr std::string_view hex_set = "0123456789abcdef";  // in small letters
inline constexpr std::string_view upper_set = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

}  // namespace towline::redact
