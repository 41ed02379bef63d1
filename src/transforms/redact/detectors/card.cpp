// Payment card numbers: 13 to 19 digits of a known issuer with a right check digit (Luhn), in one piece, in groups with
// blanks or a dash between them, or 16 in pairs. Not inside of words (hashes), not the decimals of a number
// (measurements); an underscore ends a word here.
#include "transforms/redact/detectors/card.hpp"

#include <algorithm>
#include <array>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t digits_min = 13;
constexpr std::size_t digits_max = 19;

// Sets of numbers of digits.
constexpr unsigned of(std::size_t digits) {
  return 1U << digits;
}
constexpr unsigned from_16 = of(16) | of(17) | of(18) | of(19);

// Issuers use some lengths much more often than others. Order numbers and ids are numbers in one piece, too, and one in
// ten has a right check digit: in one piece only the usual lengths count.
struct Issuer {
  unsigned from;  // of the first four digits
  unsigned to;
  unsigned lengths;
  unsigned in_one_piece;
};

constexpr Issuer issuers[] = {
    {2200, 2204, from_16, from_16},                            // Mir
    {2221, 2720, of(16), of(16)},                              // Mastercard
    {3000, 3059, of(14) | from_16, of(14) | of(16)},           // Diners Club
    {3095, 3095, of(14) | from_16, of(14) | of(16)},           // Diners Club
    {3400, 3499, of(15), of(15)},                              // American Express
    {3528, 3589, from_16, of(16)},                             // JCB
    {3600, 3699, of(14) | from_16, of(14) | of(16)},           // Diners Club
    {3700, 3799, of(15), of(15)},                              // American Express
    {3800, 3999, of(14) | from_16, of(14) | of(16)},           // Diners Club
    {4000, 4999, of(13) | of(16) | of(19), of(13) | of(16)},   // Visa
    {5018, 5038, of(13) | from_16, of(16) | of(18) | of(19)},  // Maestro
    {5100, 5599, of(16), of(16)},                              // Mastercard
    {5600, 5899, of(13) | from_16, of(16) | of(18) | of(19)},  // Maestro
    {6011, 6011, from_16, of(16)},                             // Discover
    {6200, 6299, from_16, from_16},                            // UnionPay
    {6304, 6304, of(13) | from_16, of(16) | of(18) | of(19)},  // Maestro
    {6440, 6599, from_16, of(16)},                             // Discover, RuPay
    {6759, 6763, of(13) | from_16, of(16) | of(18) | of(19)},  // Maestro
    {8100, 8199, from_16, of(16)},                             // UnionPay
};

// The digits of a candidate as they come, so that each length is judged without going through all of them again.
class Digits {
 public:
  // False when there would be too many.
  bool push(char c) {
    if (count_ == digits_max) return false;
    const auto digit = static_cast<unsigned>(c - '0');
    const unsigned doubled = digit < 5 ? 2 * digit : 2 * digit - 9;
    sums_[0] += count_ % 2 == 0 ? doubled : digit;
    sums_[1] += count_ % 2 == 1 ? doubled : digit;
    ean_ += count_ % 2 == 0 ? digit : 3 * digit;
    if (count_ < 4) first_four_ = first_four_ * 10 + digit;
    ++count_;
    return true;
  }

  bool is_card(bool in_one_piece) const {
    if (count_ < digits_min || sums_[count_ % 2] % 10 != 0) return false;  // the last digit is never doubled
    const bool ean = count_ == 13 && ean_ % 10 == 0;                       // the number of an article
    if (in_one_piece && ean) return false;
    for (const Issuer& issuer : issuers) {
      if (first_four_ < issuer.from || first_four_ > issuer.to) continue;
      return ((in_one_piece ? issuer.in_one_piece : issuer.lengths) & of(count_)) != 0;
    }
    return false;
  }

 private:
  std::size_t count_ = 0;
  unsigned first_four_ = 0;
  unsigned ean_ = 0;                // the sum that is checked in EAN-13
  std::array<unsigned, 2> sums_{};  // Luhn sums with the digits at even, at odd positions doubled
};

constexpr bool is_separator(char c) {
  return c == ' ' || c == '-';
}

// The length of what may stand between two groups of digits: a dash, or one or two blanks; 0 if it is something else.
std::size_t gap_at(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '-') return 1;
  const std::size_t blank = blank_at(text, at);
  return blank == 0 ? 0 : blank + blank_at(text, at + blank);
}

// Whether what stands before the dot is the whole part of a number: as short as the many decimals leave it, and not the
// end of a word or of something in groups.
bool is_whole_part(std::string_view text, std::size_t dot) {
  constexpr std::size_t whole_max = 3;
  std::size_t begin = dot;
  while (begin > 0 && dot - begin <= whole_max && is_digit(text[begin - 1])) --begin;
  if (begin == dot || dot - begin > whole_max || follows_word(text, begin)) return false;
  if (begin < 2) return true;
  const char before = text[begin - 1];
  if (before == '-' || before == '_') return !is_alnum(text[begin - 2]);
  return dot - begin == 1 || before != ' ' || !is_digit(text[begin - 2]);
}

bool begins_cleanly(std::string_view text, std::size_t begin) {
  if (begin == 0) return true;
  if (text.substr(0, begin).ends_with("%B")) return true;  // the first track of a magnetic stripe
  return !follows_word(text, begin) && !(text[begin - 1] == '.' && is_whole_part(text, begin - 1));
}

// How many digits the groups have, each as one character after '0': as cards are printed and people write them. Ids are
// written otherwise (302-1234567-1234567).
constexpr std::array<std::string_view, 10> shapes = {"4444", "44443", "4443", "4442", "465",
                                                     "464",  "4333",  "88",   "6:",   "6="};

bool begins_shape(std::string_view sizes) {
  return std::any_of(shapes.begin(), shapes.end(), [&](std::string_view shape) { return shape.starts_with(sizes); });
}
bool is_shape(std::string_view sizes) {
  return std::find(shapes.begin(), shapes.end(), sizes) != shapes.end();
}

// The end of the longest card number that begins with the group of digits at `begin`, or 0.
std::size_t card_end(std::string_view text, std::size_t begin) {
  Digits digits;
  std::array<char, digits_max> sizes{};
  std::size_t groups = 0;
  std::size_t end = 0;
  for (std::size_t at = begin;;) {
    const std::size_t group = at;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      if (!digits.push(text[at])) return end;
    }
    sizes[groups++] = static_cast<char>('0' + (at - group));
    const std::string_view so_far(sizes.data(), groups);
    const bool in_one_piece = groups == 1;
    if ((in_one_piece || is_shape(so_far)) && digits.is_card(in_one_piece) && !alnum_at(text, at)) end = at;
    const std::size_t gap = gap_at(text, at);
    if (gap == 0 || !begins_shape(so_far)) return end;
    at += gap;
  }
}

// The end of a card number in eight pairs of digits with the same separator that begins at `begin`, or 0. More of them
// are a table, or a dump.
std::size_t pairs_end(std::string_view text, std::size_t begin) {
  constexpr std::size_t size = 8 * 3 - 1;
  const std::string_view pairs = text.substr(begin, size);
  if (pairs.size() != size || !is_separator(pairs[2])) return 0;
  Digits digits;
  for (std::size_t i = 0; i < size; ++i) {
    if (i % 3 == 2 ? pairs[i] != pairs[2] : !is_digit(pairs[i])) return 0;
    if (i % 3 != 2) digits.push(pairs[i]);
  }
  const char separator = pairs[2];
  const std::size_t end = begin + size;
  const bool goes_on = end + 1 < text.size() && text[end] == separator && is_digit(text[end + 1]);
  const bool went_before = begin > 1 && text[begin - 1] == separator && is_digit(text[begin - 2]);
  return digits.is_card(false) && !alnum_at(text, end) && !goes_on && !went_before ? end : 0;
}

// Each group may begin a number: what looks like one may by chance reach into the real one. Overlaps are merged.
std::size_t find(std::string_view text, std::size_t at, Found& found) {
  while (at > 0 && in_digit_run(text[at - 1])) --at;
  while (at < text.size() && in_digit_run(text[at])) {
    const std::size_t group_end = skip(text, at, is_digit);
    if (group_end != at && begins_cleanly(text, at)) {
      const std::size_t end = std::max(card_end(text, at), pairs_end(text, at));
      if (end != 0) found.add(at, end);
    }
    at = group_end == at ? at + 1 : group_end;
  }
  return at;
}

constexpr Example examples[] = {
    {"4111111111111111", "[REDACTED:card]"},
    {"4111 1111 1111 1111", "[REDACTED:card]"},
    {"4111-1111-1111-1111", "[REDACTED:card]"},
    {"4111  1111  1111  1111", "[REDACTED:card]"},
    {"4111\xC2\xA0"
     "1111\xC2\xA0"
     "1111\xC2\xA0"
     "1111",
     "[REDACTED:card]"},
    {"41 11 11 11 11 11 11 11", "[REDACTED:card]"},
    {"5500-0000-0000-0004", "[REDACTED:card]"},
    {"2223003122003222", "[REDACTED:card]"},
    {"3782 822463 10005", "[REDACTED:card]"},
    {"30569309025904", "[REDACTED:card]"},
    {"6011111111111117", "[REDACTED:card]"},
    {"3530111333300000", "[REDACTED:card]"},
    {"6200000000000005", "[REDACTED:card]"},
    {"6304000000000000", "[REDACTED:card]"},
    {"4000 0000 0000 0000 006", "[REDACTED:card]"},
    {"%B4111111111111111^DOE/JOHN^3012", "%B[REDACTED:card]^DOE/JOHN^3012"},
};
constexpr std::string_view counter_examples[] = {
    "4111111111111112",
    "4111 1111 1111 1112",
    "9111111111111111",
    "1700000000123",
    "1795194342123456789",
    "4000000000000000006",
    "411111111111111",
    "4006381333931",
    "403-1234567-1234563",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "12 41 11 11 11 11 11 11 11 13",
    "a4111111111111111",
    "0.4111111111111111",
    "2026-11-20 17:05:42.123456",
    "550e8400-e29b-41d4-a716-446655440000",
};

}  // namespace

bool is_card_number(std::string_view text) {
  Digits digits;
  for (const char c : text) {
    if (!is_digit(c) || !digits.push(c)) return false;
  }
  return digits.is_card(true);
}

const Detector card = {
    .name = "card",
    .description =
        "Payment card numbers in one piece, in groups (with dashes, or one or two blanks), or in eight pairs.",
    .validation =
        "13 to 19 digits with a right check digit (Luhn), in a range of a known issuer and of a length that it uses: "
        "in one "
        "piece only the usual lengths, as ids are numbers, too. Not numbers of articles (EAN-13), not decimals.",
    .examples = examples,
    .counter_examples = counter_examples,
    .shapes = Shape::digit_run,
    .find = find,
};

}  // namespace towline::redact
