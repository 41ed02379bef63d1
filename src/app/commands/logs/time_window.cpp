#include "app/commands/logs/time_window.hpp"

#include <array>
#include <string>

#include "config/problems.hpp"
#include "config/value.hpp"
#include "record/timestamp.hpp"

namespace towline::app::logs {

namespace {

const std::array<record::TimeFormat, 2> formats{record::TimeForm::iso8601, record::TimeForm::epoch};

}  // namespace

Result<WallTime> parse_moment(std::string_view text, WallTime now) {
  // Further back than years_min the clock's numbers end.
  if (const std::optional<Duration> ago = config::parse_duration(text)) {
    if (*ago > now.time_since_epoch()) return WallTime{};
    return now - *ago;
  }
  const record::Timestamp time = record::parse_timestamp(text, formats, {.received = now});
  if (time.error == record::TimeError::none) return time.time;
  return Error{"expected a duration (30m), a date and time (2026-11-20T10:00:00Z) or a number since 1970, not " +
               config::in_quotes(text)};
}

Result<TimeWindow> parse_window(std::string_view since, std::string_view until, WallTime now) {
  const Result<WallTime> begin = parse_moment(since, now);
  if (!begin) return Error{"--since: " + begin.error().message};
  TimeWindow window{*begin};
  if (until.empty()) return window;
  const Result<WallTime> end = parse_moment(until, now);
  if (!end) return Error{"--until: " + end.error().message};
  if (*end < *begin) return Error{"--until is before --since"};
  window.until = *end;
  return window;
}

}  // namespace towline::app::logs
