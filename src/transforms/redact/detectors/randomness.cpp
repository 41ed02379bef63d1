#include "transforms/redact/detectors/randomness.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

// Bits per character.
double entropy(std::string_view text) {
  std::array<unsigned, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  const auto size = static_cast<double>(text.size());
  double bits = 0;
  for (const unsigned count : counts) {
    if (count != 0) bits -= count / size * std::log2(count / size);
  }
  return bits;
}

bool is_vowel(char c) {
  return std::string_view("aeiouyAEIOUY").find(c) != std::string_view::npos;
}

// One past the word of a name in camel case that begins at `at`: capitals, then small letters (HTTPS|Token).
std::size_t camel_end(std::string_view letters, std::size_t at) {
  const std::size_t capitals = skip(letters, at, is_upper);
  const std::size_t end = skip(letters, capitals, is_lower);
  return capitals - at > 1 && end > capitals ? capitals - 1 : end;
}

// Of letters alone: words as people put them together (getHTTPSToken), with vowels in all but one.
bool is_word(std::string_view letters) {
  constexpr std::size_t longest = 24;
  constexpr std::size_t too_long = 13;  // to be one word without a vowel
  std::size_t words = 0;
  std::size_t unspeakable = 0;
  for (std::size_t at = 0; at < letters.size(); ++words) {
    const std::size_t end = camel_end(letters, at);
    const std::string_view word = letters.substr(at, end - at);
    if (std::none_of(word.begin(), word.end(), is_vowel)) unspeakable += word.size() > too_long ? 2U : 1U;
    at = end;
  }
  return letters.size() < longest && unspeakable < 2 && words * 5 <= letters.size() * 2;
}

// What names, versions and times consist of: words, numbers, both together (sha256, Summer2026, 10ms), very short ones.
bool is_plain(std::string_view piece) {
  constexpr std::size_t too_short = 5;
  constexpr std::size_t number_max = 4;
  constexpr std::size_t unit_max = 2;
  if (piece.size() <= too_short) return true;
  const std::size_t letters = skip(piece, 0, is_letter);
  if (letters == piece.size()) return is_word(piece);
  if (letters > 0) {
    return skip(piece, letters, is_digit) == piece.size() && piece.size() - letters <= number_max &&
           is_word(piece.substr(0, letters));
  }
  const std::size_t digits = skip(piece, 0, is_digit);
  return digits > 0 && skip(piece, digits, is_letter) == piece.size() && piece.size() - digits <= unit_max;
}

bool is_wordy(std::string_view value) {
  std::size_t at = 0;
  while (at < value.size()) {
    const bool encoded = at > 0 && value[at - 1] == '%';
    const std::size_t end = skip(value, at, is_alnum);
    if (encoded) at = std::min(end, at + 2);
    if (!is_plain(value.substr(at, end - at))) return false;
    at = end + 1;
  }
  return true;
}

// ${NAME}, $NAME, $1, :name, @name, %s: a variable of a shell, a program, a statement.
bool is_variable(std::string_view value) {
  const std::string_view rest = value.substr(1);
  const auto in_name = [](char c) { return is_letter(c) || c == '_'; };
  if (value[0] == '$') {
    const bool name =
        std::all_of(rest.begin(), rest.end(), [](char c) { return is_upper(c) || is_digit(c) || c == '_'; });
    return name || rest[0] == '{' || rest[0] == '(';
  }
  if (value[0] == '%') return rest.size() <= 2 || rest[0] == '(';
  if (value[0] != ':' && value[0] != '@') return false;
  return std::all_of(rest.begin(), rest.end(), in_name);
}

bool is_no_value(std::string_view value) {
  constexpr std::array<std::string_view, 22> words = {
      "null",     "none",    "nil",      "undefined", "true",    "false",   "yes",       "no",
      "required", "missing", "invalid",  "empty",     "expired", "changed", "incorrect", "hidden",
      "set",      "masked",  "redacted", "filtered",  "string",  "unset"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return value.size() == word.size() && word_at(value, 0, word); });
}

}  // namespace

bool is_placeholder(std::string_view value) {
  constexpr std::string_view fillers = "*.-?#_=";
  constexpr std::string_view brackets = "[<{(";
  if (value.empty() || value.find("***") != std::string_view::npos) return true;
  if (value.find(redaction_start) != std::string_view::npos) return true;
  if (brackets.find(value[0]) != std::string_view::npos || value.ends_with('(')) return true;
  const bool filled = std::all_of(value.begin(), value.end(), [&](char c) { return c == value[0]; });
  if (filled && (fillers.find(value[0]) != std::string_view::npos || (to_lower(value[0]) == 'x' && value.size() > 2))) {
    return true;
  }
  return is_no_value(value) || (value.size() > 1 && is_variable(value));
}

bool looks_random(std::string_view value) {
  constexpr std::size_t size_min = 8;
  constexpr std::size_t long_size = 24;
  if (value.size() < size_min || is_placeholder(value)) return false;
  if (value.find("://") != std::string_view::npos || value.starts_with("arn:") || is_wordy(value)) return false;
  return entropy(value) >= (value.size() < long_size ? 2.5 : 3.0);
}

}  // namespace towline::redact
