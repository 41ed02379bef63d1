// Points in time in the forms that applications write. docs/dates.md is a table of what is read as what.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "record/calendar.hpp"
#include "record/node.hpp"
#include "record/time_pattern.hpp"

namespace towline::record {

enum class TimeForm : std::uint8_t {
  iso8601,  // the year first: 2026-11-20T12:00:00Z, 2026-11-20 12:00:00,123, 20261120T120000, 2026-W47-5, 2026/11/20 …
  rfc2822,  // the day and the name of the month: Fri, 20 Nov 2026 12:00:00 +0000, 20-Nov-2026 12:00:00
  clf,      // 20/Nov/2026:12:00:00 +0000
  asctime,  // the name of the month, with a year: Fri Nov 20 12:00:00 2026, Nov 20, 2026 12:00:00 PM
  syslog,   // the name of the month, without one: Nov 20 12:00:00
  epoch,    // a number whose size tells its unit: see parse_epoch()
  epoch_s,
  epoch_ms,
  epoch_us,
  epoch_ns,
};
using TimeFormat = std::variant<TimeForm, TimePattern>;

// All forms, with `epoch` for the numbers.
std::span<const TimeFormat> default_time_formats();

// Longer texts are no times.
inline constexpr std::size_t time_bytes_max = 128;

// The instant that a value stands for. `json`: the value as it stands in a record, a string with its quotes. The first
// of the formats that can read it counts. Spaces and one pair of brackets around a text are skipped.
Timestamp parse_timestamp(std::string_view json, Type type, std::span<const TimeFormat> formats,
                          const TimeContext& context);

// The same for a text.
Timestamp parse_timestamp(std::string_view text, std::span<const TimeFormat> formats, const TimeContext& context);

}  // namespace towline::record
