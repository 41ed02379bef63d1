#include "app/commands/import/values.hpp"

#include <charconv>
#include <chrono>
#include <cmath>

#include "app/commands/import/tree.hpp"
#include "config/types.hpp"

namespace towline::app::migration {

Yaml bytes(const std::string& number) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  const bool whole = error == std::errc() && end == number.data() + number.size();
  return Yaml::text(whole ? config::to_string(config::ByteSize{value}) : number);
}

namespace {

// `unit` in milliseconds.
Yaml duration(const std::string& number, double unit, const char* name) {
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  const bool known = error == std::errc() && end == number.data() + number.size() && value >= 0 && value < 1e9;
  if (!known) return Yaml::text(number + name);
  const std::chrono::milliseconds rounded(std::llround(value * unit));
  return Yaml::text(config::Value<Duration>::print(rounded));
}

}  // namespace

Yaml milliseconds(const std::string& number) {
  return duration(number, 1, "ms");
}

Yaml seconds(const std::string& number) {
  return duration(number, 1000, "s");
}

}  // namespace towline::app::migration
