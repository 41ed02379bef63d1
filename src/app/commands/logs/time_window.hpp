// --since and --until.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace towline::app::logs {

// Both ends included. Without an end it goes on into the future.
struct TimeWindow {
  WallTime since{};
  std::optional<WallTime> until = std::nullopt;

  bool contains(WallTime time) const { return time >= since && (!until || time <= *until); }
};

// "30m" is thirty minutes before `now`; else a date and a time (ISO 8601, UTC where no offset is given) or a number
// since 1970, whose size tells its unit.
Result<WallTime> parse_moment(std::string_view text, WallTime now);

// `until` may be empty. Error: one isn't a time, or they are the wrong way round.
Result<TimeWindow> parse_window(std::string_view since, std::string_view until, WallTime now);

}  // namespace towline::app::logs
