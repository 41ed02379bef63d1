// International bank account numbers (ISO 13616): a country, as many characters as it uses, a right check (mod 97).
// With or without single spaces between groups; in capitals.
#include <algorithm>
#include <iterator>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {

namespace {

struct Country {
  std::string_view code;
  std::size_t length;
};

// The SWIFT registry, in the order of the codes.
constexpr Country countries[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22}, {"BH", 22},
    {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DJ", 27},
    {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FK", 18}, {"FO", 18}, {"FR", 27},
    {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22},
    {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32},
    {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19},
    {"MN", 20}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24}, {"SC", 31},
    {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25}, {"SV", 28}, {"TL", 23},
    {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}, {"YE", 30},
};

std::size_t length_of(std::string_view code) {
  const auto* const country = std::lower_bound(std::begin(countries), std::end(countries), code,
                                               [](const Country& a, std::string_view b) { return a.code < b; });
  return country != std::end(countries) && country->code == code ? country->length : 0;
}

// The remainder of the number that the characters stand for (A is 10, ... Z is 35) when divided by 97.
class Remainder {
 public:
  void push(char c) {
    if (is_digit(c))
      value_ = (value_ * 10 + static_cast<unsigned>(c - '0')) % 97;
    else
      value_ = (value_ * 100 + static_cast<unsigned>(c - 'A') + 10) % 97;
  }
  unsigned value() const { return value_; }

 private:
  unsigned value_ = 0;
};

// The end of an account number of this length that begins at `at`, or 0.
std::size_t account_end(std::string_view text, std::size_t at, std::size_t length) {
  Remainder remainder;
  const std::string_view head = text.substr(at, 4);  // is read last
  std::size_t read = 4;
  std::size_t end = at + 4;
  for (; read < length; ++read, ++end) {
    if (end < text.size() && text[end] == ' ') ++end;
    if (end >= text.size() || !(is_upper(text[end]) || is_digit(text[end]))) return 0;
    remainder.push(text[end]);
  }
  for (const char c : head) remainder.push(c);
  return remainder.value() == 1 && !alnum_at(text, end) ? end : 0;
}

std::size_t find(std::string_view text, std::size_t at, Found& found) {
  if (follows_word(text, at) || at + 4 > text.size() || !is_digit(text[at + 3])) return at + 1;
  const std::size_t length = length_of(text.substr(at, 2));
  const std::size_t end = length == 0 ? 0 : account_end(text, at, length);
  if (end == 0) return at + 1;
  found.add(at, end);
  return end;
}

constexpr Anchor anchors[] = {{upper_set, upper_set, digit_set}};

}  // namespace

const Detector iban = {"iban", "International bank account numbers with a right check.", anchors, false, find};

}  // namespace towline::redact
