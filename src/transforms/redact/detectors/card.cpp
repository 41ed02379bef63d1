// Payment card numbers: 13 to 19 digits of a known issuer with a right check digit (Luhn), in one piece or in groups
// of three and more with the same separator (one space or dash) between them. Not inside of words or of numbers with
// decimals: hashes, measurements.
#include "transforms/redact/detectors/card.hpp"

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

constexpr bool in_run(char c) {
  return is_digit(c) || c == ' ' || c == '-';
}

bool ends_cleanly(std::string_view text, std::size_t end) {
  if (end == text.size() || is_digit(text[end])) return end == text.size();
  if (is_letter(text[end]) || text[end] == '_') return false;
  if (text[end] != '.') return true;
  const std::size_t decimals = skip(text, end + 1, is_digit);  // 4111111111111111.0 is a card that went through a float
  return decimals == end + 1 ||
         text.substr(end + 1, decimals - end - 1).find_first_not_of('0') == std::string_view::npos;
}

bool begins_cleanly(std::string_view text, std::size_t begin) {
  if (begin == 0) return true;
  const char before = text[begin - 1];
  return !is_alnum(before) && before != '_' && !(before == '.' && begin > 1 && is_digit(text[begin - 2]));
}

// The end of the longest card number that begins with the group of digits at `begin`, or 0.
std::size_t card_end(std::string_view text, std::size_t begin) {
  Digits digits;
  std::size_t end = 0;
  char separator = '\0';
  for (std::size_t at = begin;;) {
    const std::size_t group = at;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      if (!digits.push(text[at])) return end;
    }
    if (at - group < group_min) return end;
    if (digits.is_card() && ends_cleanly(text, at)) end = at;
    const bool separated = at + 1 < text.size() && (text[at] == ' ' || text[at] == '-') && is_digit(text[at + 1]);
    if (!separated || (separator != '\0' && text[at] != separator)) return end;
    separator = text[at++];
  }
}

std::size_t find(std::string_view text, std::size_t at, Found& found) {
  while (at > 0 && in_run(text[at - 1])) --at;
  while (at < text.size() && in_run(text[at])) {
    const std::size_t group_end = skip(text, at, is_digit);
    const std::size_t end = group_end == at || !begins_cleanly(text, at) ? 0 : card_end(text, at);
    if (end != 0) found.add(at, end);
    at = end != 0 ? end : group_end;
    if (at < text.size() && !is_digit(text[at]) && in_run(text[at])) ++at;
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
