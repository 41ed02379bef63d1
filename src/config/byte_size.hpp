// A number of bytes: 10MB = 10^7, 10MiB = 10 * 2^20; k, M, G alone mean 10^3, 10^6, 10^9; a plain number is bytes.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/value.hpp"

namespace towline::config {

struct ByteSize {
  std::uint64_t bytes = 0;
  auto operator<=>(const ByteSize&) const = default;
};

constexpr ByteSize kibibytes(std::uint64_t n) {
  return {n << 10U};
}
constexpr ByteSize mebibytes(std::uint64_t n) {
  return {n << 20U};
}

std::optional<ByteSize> parse_byte_size(std::string_view text);
// In the largest unit that says it exactly: 33554432 is "32MiB", 10000000 is "10MB".
std::string to_string(ByteSize size);

template <>
struct Value<ByteSize> {
  static std::optional<ByteSize> parse(const Node& node, Problems& problems);
  static std::string print(ByteSize size) { return to_string(size); }
  static ValueInfo info();
};

}  // namespace towline::config
