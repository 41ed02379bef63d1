#include "transforms/redact/numbers.hpp"

#include <algorithm>
#include <charconv>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

// The exponent that a number ends with, 0 without one; far more than any card needs if it is huge.
long exponent_of(std::string_view number) {
  constexpr long huge = 1000;
  number.remove_prefix(std::min(number.find_first_of("eE"), number.size()));
  if (number.empty()) return 0;
  number.remove_prefix(number.substr(1).starts_with('+') ? 2 : 1);
  long exponent = 0;
  const bool read = std::from_chars(number.data(), number.data() + number.size(), exponent).ec == std::errc();
  return read ? std::clamp(exponent, -huge, huge) : huge;
}

}  // namespace

std::string digits_of(std::string_view number) {
  constexpr std::size_t written_max = 64;
  constexpr long digits_max = 19;
  if (number.starts_with('-')) number.remove_prefix(1);
  const std::string_view whole = number.substr(0, skip(number, 0, is_digit));
  std::string_view decimals;
  if (whole.size() < number.size() && number[whole.size()] == '.') decimals = number.substr(whole.size() + 1);
  decimals = decimals.substr(0, skip(decimals, 0, is_digit));
  decimals = decimals.substr(0, decimals.find_last_not_of('0') + 1);
  if (whole.size() + decimals.size() > written_max) return {};

  std::string digits = std::string(whole) += decimals;
  const long missing = exponent_of(number) - static_cast<long>(decimals.size());
  for (long i = missing; i < 0; ++i) {
    if (digits.empty() || digits.back() != '0') return {};
    digits.pop_back();
  }
  digits.erase(0, digits.find_first_not_of('0'));
  if (static_cast<long>(digits.size()) + missing > digits_max) return {};
  if (missing > 0) digits.append(static_cast<std::size_t>(missing), '0');
  return digits;
}

}  // namespace towline::redact
