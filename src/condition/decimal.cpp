#include "condition/decimal.hpp"

#include <algorithm>

#include "record/grammar.hpp"

namespace towline::condition {

namespace {

constexpr std::int64_t exponent_max = 1'000'000'000'000'000;

// What stands behind the `e`: digits with or without a sign.
std::int64_t read_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t exponent = 0;
  for (const char digit : text) exponent = std::min(exponent * 10 + (digit - '0'), exponent_max);
  return negative ? -exponent : exponent;
}

// The next digit, 0 at the end; a point is passed over.
char next_digit(std::string_view& digits) {
  if (digits.starts_with('.')) digits.remove_prefix(1);
  if (digits.empty()) return '0';
  const char digit = digits.front();
  digits.remove_prefix(1);
  return digit;
}

int compare_digits(std::string_view left, std::string_view right) {
  while (!left.empty() || !right.empty()) {
    const int difference = next_digit(left) - next_digit(right);
    if (difference != 0) return difference;
  }
  return 0;
}

int order(std::int64_t left, std::int64_t right) {
  return left < right ? -1 : left > right ? 1 : 0;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  if (text.empty() || record::skip_number(text.data(), text.data() + text.size()) != text.data() + text.size())
    return std::nullopt;
  Decimal number;
  number.negative_ = text.front() == '-';
  if (number.negative_) text.remove_prefix(1);
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t first = mantissa.find_first_not_of("0.");
  if (first == std::string_view::npos) return Decimal();  // 0, -0, 0.00e9
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t last = mantissa.find_last_not_of("0.");
  number.digits_ = mantissa.substr(first, last + 1 - first);
  number.magnitude_ = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first > point ? first - 1 : first);
  if (e < text.size()) number.magnitude_ += read_exponent(text.substr(e + 1));
  return number;
}

int compare(const Decimal& left, const Decimal& right) {
  if (left.digits_.empty() || right.digits_.empty() || left.negative_ != right.negative_) {
    const auto sign = [](const Decimal& number) { return number.digits_.empty() ? 0 : number.negative_ ? -1 : 1; };
    return order(sign(left), sign(right));
  }
  int result = order(left.magnitude_, right.magnitude_);
  if (result == 0) result = compare_digits(left.digits_, right.digits_);
  return left.negative_ ? -result : result;
}

}  // namespace towline::condition
