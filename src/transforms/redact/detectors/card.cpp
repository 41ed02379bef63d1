// Payment card numbers: 13 to 19 digits of a known issuer with a right check digit (Luhn), in one piece, in groups of
// three and more with single spaces or dashes between them, or 16 in pairs. Not inside of words (hashes), not the
// decimals of a number (measurements); an underscore ends a word here.
#include "transforms/redact/detectors/card.hpp"

#include <algorithm>
#include <array>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t digits_min = 13;
constexpr std::size_t digits_max = 19;
constexpr std::size_t group_min = 3;

struct Issuer {
  unsigned from;  // of the first four digits
  unsigned to;
  std::size_t min;  // digits
  std::size_t max;
};

constexpr Issuer issuers[] = {
    {2200, 2204, 16, 19},  // Mir
    {2221, 2720, 16, 16},  // Mastercard
    {3000, 3059, 14, 19},  // Diners Club
    {3095, 3095, 14, 19},  // Diners Club
    {3400, 3499, 15, 15},  // American Express
    {3528, 3589, 16, 19},  // JCB
    {3600, 3699, 14, 19},  // Diners Club
    {3700, 3799, 15, 15},  // American Express
    {3800, 3999, 14, 19},  // Diners Club
    {4000, 4999, 13, 19},  // Visa
    {5018, 5038, 13, 19},  // Maestro
    {5100, 5599, 16, 16},  // Mastercard
    {5600, 5899, 13, 19},  // Maestro
    {6011, 6011, 16, 19},  // Discover
    {6200, 6299, 16, 19},  // UnionPay
    {6304, 6304, 13, 19},  // Maestro
    {6440, 6599, 16, 19},  // Discover, RuPay
    {6759, 6763, 13, 19},  // Maestro
    {8100, 8199, 16, 19},  // UnionPay
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
    if (count_ < 4) first_four_ = first_four_ * 10 + digit;
    ++count_;
    return true;
  }

  bool is_card() const {
    if (count_ < digits_min || sums_[count_ % 2] % 10 != 0) return false;  // the last digit is never doubled
    for (const Issuer& issuer : issuers) {
      if (first_four_ >= issuer.from && first_four_ <= issuer.to) return count_ >= issuer.min && count_ <= issuer.max;
    }
    return false;
  }

 private:
  std::size_t count_ = 0;
  unsigned first_four_ = 0;
  std::array<unsigned, 2> sums_{};  // Luhn sums with the digits at even, at odd positions doubled
};

constexpr bool is_separator(char c) {
  return c == ' ' || c == '-';
}
constexpr bool in_run(char c) {
  return is_digit(c) || is_separator(c);
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

// The end of the longest card number that begins with the group of digits at `begin`, or 0.
std::size_t card_end(std::string_view text, std::size_t begin) {
  Digits digits;
  std::size_t end = 0;
  for (std::size_t at = begin;; ++at) {
    const std::size_t group = at;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      if (!digits.push(text[at])) return end;
    }
    if (at - group < group_min) return end;
    if (digits.is_card() && !alnum_at(text, at)) end = at;
    if (at + 1 >= text.size() || !is_separator(text[at])) return end;  // a group of no digits is too short
  }
}

// The end of a card number in eight pairs of digits with the same separator that begins at `begin`, or 0.
std::size_t pairs_end(std::string_view text, std::size_t begin) {
  constexpr std::size_t size = 8 * 3 - 1;
  const std::string_view pairs = text.substr(begin, size);
  if (pairs.size() != size || !is_separator(pairs[2])) return 0;
  Digits digits;
  for (std::size_t i = 0; i < size; ++i) {
    if (i % 3 == 2 ? pairs[i] != pairs[2] : !is_digit(pairs[i])) return 0;
    if (i % 3 != 2) digits.push(pairs[i]);
  }
  return digits.is_card() && !alnum_at(text, begin + size) ? begin + size : 0;
}

// Each group may begin a number: what looks like one may by chance reach into the real one. Overlaps are merged.
std::size_t find(std::string_view text, std::size_t at, Found& found) {
  while (at > 0 && in_run(text[at - 1])) --at;
  while (at < text.size() && in_run(text[at])) {
    const std::size_t group_end = skip(text, at, is_digit);
    if (group_end != at && begins_cleanly(text, at)) {
      const std::size_t end = std::max(card_end(text, at), pairs_end(text, at));
      if (end != 0) found.add(at, end);
    }
    at = group_end;
    if (at < text.size() && is_separator(text[at])) ++at;
  }
  return at;
}

}  // namespace

bool is_card_number(std::string_view text) {
  Digits digits;
  for (const char c : text) {
    if (!is_digit(c) || !digits.push(c)) return false;
  }
  return digits.is_card();
}

const Detector card = {"card", "Payment card numbers with a right check digit.", {}, true, find};

}  // namespace towline::redact
