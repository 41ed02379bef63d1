// The time of an event: what a member of the record says.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "record/record.hpp"

namespace towline::cloudwatch {

// Milliseconds since 1970. One thread at a time.
class EventTime {
 public:
  // `field`: the name of a member; empty: none has a time.
  explicit EventTime(std::string field);

  // Of a record whose first member is the time in the form of RFC 3339 ("2026-11-20T12:00:00.123Z"), which is where and
  // how towline writes it. Anything else is none: only the parsed record can tell.
  std::optional<std::int64_t> quick(std::string_view json);

  // Any form that docs/dates.md lists. None: it has no such member, or that is no time.
  std::optional<std::int64_t> read(const record::Record& record) const;

  bool has_field() const { return !field_.empty(); }

 private:
  std::optional<std::int64_t> day_ms(std::string_view date);

  std::string field_;
  std::string prefix_;                // {"dt":"
  std::array<char, 10> last_date_{};  // records of one day follow each other
  std::int64_t last_day_ms_ = 0;
};

// Rounded down.
std::int64_t unix_ms(WallTime time);

}  // namespace towline::cloudwatch
