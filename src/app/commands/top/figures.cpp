#include "app/commands/top/figures.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace towline::app::top {

namespace {

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::minutes;

constexpr const char* unknown = "-";

std::string one_decimal(double number) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.1f", number);
  return text.data();
}

std::uint64_t rounded(double number) {
  return static_cast<std::uint64_t>(std::llround(number));
}

}  // namespace

std::string count_text(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, 1, ',');
  return digits;
}

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::array<const char*, 5> units{" B", " KiB", " MiB", " GiB", " TiB"};
  auto number = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; number >= 1023.5 && unit + 1 < units.size(); ++unit) number /= 1024;
  return (unit == 0 || number >= 99.95 ? count_text(rounded(number)) : one_decimal(number)) + units[unit];
}

std::string rate_text(const std::optional<double>& per_second) {
  if (!per_second) return unknown;
  if (*per_second == 0) return "0";
  return *per_second < 9.95 ? one_decimal(*per_second) : count_text(rounded(*per_second));
}

std::string byte_rate_text(const std::optional<double>& per_second) {
  return per_second ? bytes_text(rounded(*per_second)) : unknown;
}

std::string duration_text(status::Seconds time) {
  if (time < status::Seconds(9.95)) {
    const std::string seconds = one_decimal(time.count());
    return (seconds.ends_with(".0") ? seconds.substr(0, 1) : seconds) + "s";
  }
  if (time < minutes(2)) return std::to_string(rounded(time.count())) + "s";
  const auto whole_minutes = duration_cast<minutes>(time).count();
  if (time < hours(2)) return std::to_string(whole_minutes) + "m";
  const auto whole_hours = whole_minutes / 60;
  if (time < hours(48)) return std::to_string(whole_hours) + "h " + std::to_string(whole_minutes % 60) + "m";
  return std::to_string(whole_hours / 24) + "d " + std::to_string(whole_hours % 24) + "h";
}

std::string percent_text(const std::optional<double>& part) {
  return part ? one_decimal(*part * 100) + "%" : unknown;
}

}  // namespace towline::app::top
