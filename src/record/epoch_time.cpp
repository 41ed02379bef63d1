#include "record/epoch_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>

namespace towline::record {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// 0.d1d2d3… times ten to the power of `point`. Zero has no digits.
struct Decimal {
  bool negative = false;
  int point = 0;
  std::size_t count = 0;
  std::array<char, 40> digits{};  // what is further behind is cut

  int digit(int place) const {
    return place >= 0 && static_cast<std::size_t>(place) < count ? digits[static_cast<std::size_t>(place)] - '0' : 0;
  }
};

class DecimalReader {
 public:
  explicit DecimalReader(std::string_view text) : rest_(text) {}

  std::optional<Decimal> read() {
    Decimal number;
    number.negative = rest_.starts_with('-');
    if (number.negative || rest_.starts_with('+')) rest_.remove_prefix(1);
    const std::size_t whole = take_digits(number, true);
    std::size_t decimals = 0;
    if (whole > 0 && rest_.starts_with('.')) {
      rest_.remove_prefix(1);
      decimals = take_digits(number, false);
      if (decimals == 0) return std::nullopt;
    }
    if (whole == 0 || !take_exponent(number) || !rest_.empty()) return std::nullopt;
    if (number.count == 0) number.point = 0;
    return number;
  }

 private:
  std::size_t take_digits(Decimal& number, bool whole) {
    std::size_t taken = 0;
    for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1), ++taken) {
      const bool leading_zero = number.count == 0 && rest_.front() == '0';
      if (leading_zero ? !whole : whole) number.point += whole ? 1 : -1;
      if (!leading_zero && number.count < number.digits.size()) number.digits[number.count++] = rest_.front();
    }
    return taken;
  }

  bool take_exponent(Decimal& number) {
    if (rest_.empty() || (rest_.front() != 'e' && rest_.front() != 'E')) return true;
    rest_.remove_prefix(1);
    if (rest_.starts_with('+') && !rest_.starts_with("+-")) rest_.remove_prefix(1);
    int exponent = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), exponent);
    if (error != std::errc() || exponent < -1000 || exponent > 1000) return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    number.point += exponent;
    return true;
  }

  std::string_view rest_;
};

std::int64_t take_digits(const Decimal& number, int begin, int end) {
  std::int64_t value = 0;
  for (int place = begin; place < end; ++place) value = value * 10 + number.digit(place);
  return value;
}

Timestamp at(const Decimal& number, EpochUnit unit) {
  const int point = number.point - static_cast<int>(unit);  // of the seconds
  if (number.count == 0) return instant_at(0, 0);
  if (point > 12) return {{}, TimeError::out_of_range};
  std::int64_t seconds = take_digits(number, 0, point);
  std::int64_t nanoseconds = point < -9 ? 0 : take_digits(number, point, point + 9);
  if (number.negative) {
    seconds = -seconds - (nanoseconds > 0 ? 1 : 0);
    nanoseconds = nanoseconds > 0 ? 1'000'000'000 - nanoseconds : 0;
  }
  return instant_at(seconds, static_cast<std::uint32_t>(nanoseconds));
}

std::optional<EpochUnit> unit_of(int digits) {
  constexpr std::array units{EpochUnit::seconds, EpochUnit::milliseconds, EpochUnit::microseconds,
                             EpochUnit::nanoseconds};
  const auto fits = [&](EpochUnit unit) {
    const int above_seconds = digits - static_cast<int>(unit);
    return above_seconds == 9 || above_seconds == 10;
  };
  const auto found = std::ranges::find_if(units, fits);
  return found == units.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

Timestamp parse_epoch(std::string_view text) {
  const std::optional<Decimal> number = DecimalReader(text).read();
  if (!number) return {{}, TimeError::unknown_form};
  const std::optional<EpochUnit> unit = unit_of(number->point);
  if (!unit || number->negative) return {{}, TimeError::ambiguous};
  return at(*number, *unit);
}

Timestamp parse_epoch(std::string_view text, EpochUnit unit) {
  const std::optional<Decimal> number = DecimalReader(text).read();
  return number ? at(*number, unit) : Timestamp{{}, TimeError::unknown_form};
}

}  // namespace towline::record
