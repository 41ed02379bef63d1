#include "record/calendar.hpp"

namespace towline::record {

namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::int64_t day_seconds = 86'400;

constexpr std::int64_t seconds_at(sys_days day) {
  return day.time_since_epoch().count() * day_seconds;
}
constexpr std::int64_t seconds_min = seconds_at(year{years_min} / 1 / 1);
constexpr std::int64_t seconds_max = seconds_at(year{years_max + 1} / 1 / 1) - 1;

year_month_day date_of(int in_year, const CalendarTime& time) {
  return year{in_year} / time.month / time.day;
}

// No year is longer than four digits.
sys_days first_of(const CalendarTime& time) {
  return sys_days(year{*time.year} / 1 / 1);
}

void set_date(CalendarTime& time, sys_days day) {
  const year_month_day date(day);
  time.year = static_cast<int>(date.year());
  time.month = static_cast<int>(static_cast<unsigned>(date.month()));
  time.day = static_cast<int>(static_cast<unsigned>(date.day()));
}

bool date_is_right(const year_month_day& date, const std::optional<int>& weekday) {
  if (!date.ok()) return false;
  return !weekday || std::chrono::weekday(sys_days(date)).c_encoding() == static_cast<unsigned>(*weekday);
}

bool clock_is_right(const CalendarTime& time) {
  const auto in = [](int value, int max) { return value >= 0 && value <= max; };
  if (time.hour == 24) return time.minute == 0 && time.second == 0 && time.nanoseconds == 0;
  return in(time.hour, 23) && in(time.minute, 59) && in(time.second, 60);
}

Timestamp in_year(int in_year, const CalendarTime& time, const TimeContext& context) {
  const year_month_day date = date_of(in_year, time);
  if (!date_is_right(date, time.weekday) || !clock_is_right(time)) return {{}, TimeError::no_such_time};
  const std::int64_t offset = time.offset ? *time.offset : context.zone.count();
  const std::int64_t in_day = time.hour * 3600 + time.minute * 60 + time.second - offset;
  const std::int64_t seconds = seconds_at(sys_days(date)) + in_day;
  if (time.second == 60 && seconds % day_seconds != 0) return {{}, TimeError::no_such_time};
  return instant_at(seconds, time.nanoseconds);
}

std::int64_t seconds_between(WallTime a, WallTime b) {
  using std::chrono::floor;
  using std::chrono::seconds;
  const std::int64_t difference =
      floor<seconds>(a.time_since_epoch()).count() - floor<seconds>(b.time_since_epoch()).count();
  return difference < 0 ? -difference : difference;
}

// Around New Year that isn't always the year of the receipt.
Timestamp in_nearest_year(const CalendarTime& time, const TimeContext& context) {
  const int now = static_cast<int>(year_month_day(std::chrono::floor<days>(context.received)).year());
  Timestamp best{{}, TimeError::no_such_time};
  for (int candidate = now - 1; candidate <= now + 1; ++candidate) {
    const Timestamp found = in_year(candidate, time, context);
    if (found.error != TimeError::none) continue;
    const bool nearer = best.error != TimeError::none ||
                        seconds_between(found.time, context.received) < seconds_between(best.time, context.received);
    if (nearer) best = found;
  }
  return best;
}

}  // namespace

std::string_view name(TimeError error) {
  switch (error) {
    case TimeError::none:
      return "none";
    case TimeError::wrong_type:
      return "wrong_type";
    case TimeError::unknown_form:
      return "unknown_form";
    case TimeError::ambiguous:
      return "ambiguous";
    case TimeError::no_such_time:
      return "no_such_time";
    case TimeError::out_of_range:
      return "out_of_range";
  }
  return "unknown_form";
}

Timestamp instant_at(std::int64_t seconds, std::uint32_t nanoseconds) {
  if (seconds < seconds_min || seconds > seconds_max) return {{}, TimeError::out_of_range};
  return {WallTime(std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanoseconds)), TimeError::none};
}

Timestamp instant_of(const CalendarTime& time, const TimeContext& context) {
  return time.year ? in_year(*time.year, time, context) : in_nearest_year(time, context);
}

bool set_ordinal_day(CalendarTime& time, int day) {
  if (day < 1 || day > (year{*time.year}.is_leap() ? 366 : 365)) return false;
  set_date(time, first_of(time) + days(day - 1));
  return true;
}

// Week 1 is the one with January 4th.
bool set_week_day(CalendarTime& time, int week, int weekday) {
  if (week < 1 || week > 53 || weekday < 1 || weekday > 7) return false;
  const sys_days fourth = first_of(time) + days(3);
  const sys_days monday = fourth - (std::chrono::weekday(fourth) - std::chrono::Monday);
  const sys_days day = monday + days(7 * (week - 1) + weekday - 1);
  const sys_days thursday = monday + days(7 * (week - 1) + 3);  // a week belongs to the year of its Thursday
  if (year_month_day(thursday).year() != year{*time.year}) return false;
  set_date(time, day);
  return true;
}

}  // namespace towline::record
