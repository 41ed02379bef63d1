// Points in time as RFC 3339 text in UTC with nanoseconds: 2026-11-20T17:05:42.123456789Z.
#pragma once

#include <array>
#include <string_view>

#include "base/clock.hpp"

namespace towline::record {

inline constexpr std::size_t rfc3339_size = 30;

// For every WallTime (1677 to 2262) but those of its first day.
std::array<char, rfc3339_size> format_rfc3339(WallTime time);

// The same with no more fraction digits than it needs, in groups of three: 17:05:42Z, 17:05:42.120Z.
struct TimeText {
  std::array<char, rfc3339_size> characters;
  std::size_t size;
  std::string_view view() const { return {characters.data(), size}; }
};
TimeText format_rfc3339_short(WallTime time);

}  // namespace towline::record
