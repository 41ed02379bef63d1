// International bank account numbers (ISO 13616): a country, as many characters as it uses, a right check (mod 97).
// In one piece or in groups of four with one or two blanks between them, in capitals or small letters.
#include <array>
#include <cstdint>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {

namespace {

struct Country {
  std::string_view code;
  std::uint8_t length;
};

// The SWIFT registry.
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

// The lengths by the two letters; 0 for what is no country.
constexpr auto lengths = [] {
  std::array<std::array<std::uint8_t, 26>, 26> table{};
  for (const Country& country : countries) {
    table[static_cast<std::size_t>(country.code[0] - 'A')][static_cast<std::size_t>(country.code[1] - 'A')] =
        country.length;
  }
  return table;
}();

std::size_t length_of(char first, char second) {
  if (!is_letter(first) || !is_letter(second)) return 0;
  return lengths[static_cast<std::size_t>(to_upper(first) - 'A')][static_cast<std::size_t>(to_upper(second) - 'A')];
}

// The remainder of the number that the characters stand for (A is 10, ... Z is 35) when divided by 97.
class Remainder {
 public:
  void push(char c) {
    if (is_digit(c))
      value_ = (value_ * 10 + static_cast<unsigned>(c - '0')) % 97;
    else
      value_ = (value_ * 100 + static_cast<unsigned>(to_upper(c) - 'A') + 10) % 97;
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
  const bool in_groups = blank_at(text, end) != 0;
  for (; read < length; ++read, ++end) {
    if (in_groups && read % 4 == 0) {
      const std::size_t blank = blank_at(text, end);
      if (blank == 0) return 0;
      end += blank + blank_at(text, end + blank);
    }
    if (!alnum_at(text, end)) return 0;
    remainder.push(text[end]);
  }
  for (const char c : head) remainder.push(c);
  return remainder.value() == 1 && !alnum_at(text, end) ? end : 0;
}

std::size_t find(std::string_view text, std::size_t at, Found& found) {
  if (follows_word(text, at) || at + 4 > text.size() || !is_digit(text[at + 3])) return at + 1;
  const std::size_t length = length_of(text[at], text[at + 1]);
  const std::size_t end = length == 0 ? 0 : account_end(text, at, length);
  if (end == 0) return at + 1;
  found.add(at, end);
  return end;
}

// The countries by their first letter, those of some letters together.
constexpr Anchor anchors[] = {
    {"aA", "dDeElLtTzZ", digit_set, digit_set, true},
    {"bB", "aAeEgGhHiIrRyY", digit_set, digit_set, true},
    {"cC", "hHrRyYzZ", digit_set, digit_set, true},
    {"dDeE", "eEgGjJkKoOsS", digit_set, digit_set, true},
    {"fFgGiI", "bBeEiIkKlLoOqQrRsStT", digit_set, digit_set, true},
    {"hHrR", "oOrRsSuU", digit_set, digit_set, true},
    {"jJnNoO", "iIlLmMoO", digit_set, digit_set, true},
    {"kKxX", "kKwWzZ", digit_set, digit_set, true},
    {"lLmM", "bBcCdDeEiIkKnNrRtTuUvVyY", digit_set, digit_set, true},
    {"pPtT", "kKlLnNrRsStT", digit_set, digit_set, true},
    {"qQuUvVyY", "aAeEgG", digit_set, digit_set, true},
    {"sS", "aAcCdDeEiIkKmMoOtTvV", digit_set, digit_set, true},
};

constexpr Example examples[] = {
    {"DE89370400440532013000", "[REDACTED:iban]"},
    {"DE89 3704 0044 0532 0130 00", "[REDACTED:iban]"},
    {"de89370400440532013000", "[REDACTED:iban]"},
    {"DE89\xC2\xA0"
     "3704\xC2\xA0"
     "0044\xC2\xA0"
     "0532\xC2\xA0"
     "0130\xC2\xA0"
     "00",
     "[REDACTED:iban]"},
    {"DE89  3704  0044  0532  0130  00", "[REDACTED:iban]"},
    {"GB29NWBK60161331926819", "[REDACTED:iban]"},
    {"GB29 NWBK 6016 1331 9268 19", "[REDACTED:iban]"},
    {"gb29 nwbk 6016 1331 9268 19", "[REDACTED:iban]"},
    {"FR1420041010050500013M02606", "[REDACTED:iban]"},
    {"NO9386011117947", "[REDACTED:iban]"},
    {"MT84MALT011000012345MTLCAST001S", "[REDACTED:iban]"},
    {"AT611904300234573201", "[REDACTED:iban]"},
};
constexpr std::string_view counter_examples[] = {
    "DE89370400440532013001",
    "DE8937040044053201300",
    "DE893704004405320130001",
    "XX89370400440532013000",
    "XDE89370400440532013000",
    "ISO-8859-15",
    "allow be16 and be32 types",
    "HTTP11",
    "AB12",
    "de8937040044053201300f",
    "550e8400-e29b-41d4-a716-446655440000",
};

}  // namespace

const Detector iban = {
    .name = "iban",
    .description =
        "International bank account numbers in one piece or in groups of four, in capitals or small letters.",
    .validation = "A country of the SWIFT registry, as many characters as it uses, a right check (mod 97).",
    .examples = examples,
    .counter_examples = counter_examples,
    .anchors = anchors,
    .find = find,
};

}  // namespace towline::redact
