// Points in time as people write them, and the instants that they mean.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace towline::record {

enum class TimeError : std::uint8_t {
  none,
  wrong_type,    // neither text nor a number
  unknown_form,  // no form that was asked for
  ambiguous,     // a form that can mean several instants: 03/04/2026, a number that fits no unit, the zone IST
  no_such_time,  // a form that is known, with a month 13 or a 61st minute in it
  out_of_range,  // not from 1678 to 2261: nanoseconds in 64 bits reach no further
};
std::string_view name(TimeError error);

// Without an error, `time` is within years_min and years_max.
struct Timestamp {
  WallTime time{};
  TimeError error = TimeError::none;
};
inline constexpr int years_min = 1678;
inline constexpr int years_max = 2261;

// As it is written: any value of a field may be wrong.
struct CalendarTime {
  std::optional<int> year;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::uint32_t nanoseconds = 0;       // below 1'000'000'000
  std::optional<int> weekday;          // 0 is Sunday
  std::optional<std::int32_t> offset;  // seconds east of UTC
};

// What a text leaves open.
struct TimeContext {
  WallTime received{};           // a missing year is the one that gives the instant nearest to this
  std::chrono::seconds zone{0};  // a missing offset, east of UTC
};

// 24:00:00 is the beginning of the next day. A leap second, 23:59:60 in UTC on any day, is the second after it, as for
// POSIX. A weekday must be right.
Timestamp instant_of(const CalendarTime& time, const TimeContext& context);

// Seconds since 1970 and nanoseconds after that.
Timestamp instant_at(std::int64_t seconds, std::uint32_t nanoseconds);

// Sets month and day by the day of the year, or the date by ISO 8601's week (from 1) and weekday (1 is Monday). The
// year is set. False if there is no such day.
bool set_ordinal_day(CalendarTime& time, int day);
bool set_week_day(CalendarTime& time, int week, int weekday);

}  // namespace towline::record
