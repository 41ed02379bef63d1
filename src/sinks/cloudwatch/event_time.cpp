#include "sinks/cloudwatch/event_time.hpp"

#include <algorithm>
#include <chrono>

#include "base/json_string.hpp"
#include "record/timestamp.hpp"

namespace towline::cloudwatch {

namespace {

using std::chrono::floor;
using std::chrono::milliseconds;

constexpr std::size_t date_size = 10;
constexpr std::size_t shortest = std::string_view("2026-11-20T12:00:00Z").size();

// The number of two digits at `at`; none if they are no digits or it is larger than `max`.
std::optional<std::int64_t> two_digits(std::string_view text, std::size_t at, int max) {
  const int tens = text[at] - '0';
  const int ones = text[at + 1] - '0';
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9 || tens * 10 + ones > max) return std::nullopt;
  return tens * 10 + ones;
}

// 12:00:00 as milliseconds.
std::optional<std::int64_t> clock_ms(std::string_view text) {
  if (text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hours = two_digits(text, 0, 23);
  const auto minutes = two_digits(text, 3, 59);
  const auto seconds = two_digits(text, 6, 59);
  if (!hours || !minutes || !seconds) return std::nullopt;
  return ((*hours * 60 + *minutes) * 60 + *seconds) * 1000;
}

// Takes `.123456` off the front, if it is there; as milliseconds.
std::int64_t take_fraction_ms(std::string_view& rest) {
  if (!rest.starts_with('.')) return 0;
  std::int64_t ms = 0;
  std::int64_t weight = 100;
  std::size_t i = 1;
  for (; i < rest.size() && rest[i] >= '0' && rest[i] <= '9'; ++i) {
    ms += weight * (rest[i] - '0');
    weight /= 10;
  }
  if (i == 1) return 0;  // a point without digits stays, and is no zone
  rest.remove_prefix(i);
  return ms;
}

// The offset of `Z"` or `+01:00"` at the front, the quote included.
std::optional<std::int64_t> zone_ms(std::string_view rest) {
  if (rest.starts_with("Z\"")) return 0;
  if (rest.size() < 7 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':' || rest[6] != '"') return std::nullopt;
  const auto hours = two_digits(rest, 1, 23);
  const auto minutes = two_digits(rest, 4, 59);
  if (!hours || !minutes) return std::nullopt;
  const std::int64_t offset = (*hours * 60 + *minutes) * 60'000;
  return rest[0] == '-' ? -offset : offset;
}

}  // namespace

std::int64_t unix_ms(WallTime time) {
  return floor<milliseconds>(time.time_since_epoch()).count();
}

EventTime::EventTime(std::string field) : field_(std::move(field)), prefix_("{") {
  append_json_string(prefix_, field_);
  prefix_ += ":\"";
}

std::optional<std::int64_t> EventTime::quick(std::string_view json) {
  if (field_.empty() || !json.starts_with(prefix_)) return std::nullopt;
  std::string_view rest = json.substr(prefix_.size());
  if (rest.size() < shortest || rest[date_size] != 'T') return std::nullopt;
  const std::optional<std::int64_t> day = day_ms(rest.substr(0, date_size));
  const std::optional<std::int64_t> clock = clock_ms(rest.substr(date_size + 1));
  if (!day || !clock) return std::nullopt;
  rest.remove_prefix(shortest - 1);
  const std::int64_t fraction = take_fraction_ms(rest);
  const std::optional<std::int64_t> zone = zone_ms(rest);
  if (!zone) return std::nullopt;
  return *day + *clock + fraction - *zone;
}

std::optional<std::int64_t> EventTime::day_ms(std::string_view date) {
  if (std::equal(date.begin(), date.end(), last_date_.begin())) return last_day_ms_;
  const auto century = two_digits(date, 0, 99);
  const auto year = two_digits(date, 2, 99);
  const auto month = two_digits(date, 5, 12);
  const auto day = two_digits(date, 8, 31);
  if (!century || !year || !month || !day || date[4] != '-' || date[7] != '-') return std::nullopt;
  const std::chrono::year_month_day calendar{std::chrono::year(static_cast<int>(*century * 100 + *year)),
                                             std::chrono::month(static_cast<unsigned>(*month)),
                                             std::chrono::day(static_cast<unsigned>(*day))};
  if (!calendar.ok() || *century < 19) return std::nullopt;
  std::copy(date.begin(), date.end(), last_date_.begin());
  last_day_ms_ = milliseconds(std::chrono::sys_days(calendar).time_since_epoch()).count();
  return last_day_ms_;
}

std::optional<std::int64_t> EventTime::read(const record::Record& record) const {
  if (field_.empty()) return std::nullopt;
  const record::NodeId id = record.find(record::Record::root, field_);
  if (id == record::no_node) return std::nullopt;
  const record::Timestamp time = record::parse_timestamp(record.value(id), record.type(id),
                                                         record::default_time_formats(), {record.received(), {}});
  if (time.error != record::TimeError::none) return std::nullopt;
  return unix_ms(time.time);
}

}  // namespace towline::cloudwatch
