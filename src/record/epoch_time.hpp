// Points in time as a number since 1970: 1795176000, 1795176000.25, 1.795176e12. Read digit by digit: no floating point
// comes near it, so a nanosecond stays a nanosecond.
#pragma once

#include <cstdint>
#include <string_view>

#include "record/calendar.hpp"

namespace towline::record {

// The value is how many decimal digits a unit lies behind the second.
enum class EpochUnit : std::uint8_t { seconds = 0, milliseconds = 3, microseconds = 6, nanoseconds = 9 };

// The unit is told by how many digits stand before the decimal point, without leading zeros:
//   9 and 10 digits  seconds       1973-03-03T09:46:40Z to 2286 (years_max)
//   12 and 13        milliseconds  the same
//   15 and 16        microseconds  the same
//   18 and 19        nanoseconds   the same
// Any other count, zero and a negative number are ambiguous.
Timestamp parse_epoch(std::string_view text);

// Any size and sign.
Timestamp parse_epoch(std::string_view text, EpochUnit unit);

}  // namespace towline::record
