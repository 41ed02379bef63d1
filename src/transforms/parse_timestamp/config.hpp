// What the user may write below `parse_timestamp:`.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "config/schema.hpp"
#include "record/timestamp.hpp"
#include "transforms/field_path.hpp"

namespace towline::parse_timestamp {

struct TimeFormats {
  TimeFormats();  // all that need no choice
  std::vector<record::TimeFormat> list;
};

// A fixed offset from UTC.
struct Zone {
  std::chrono::seconds offset{0};
  std::string text = "UTC";  // as it was written
};

struct ParseTimestampConfig {
  transforms::FieldPath field{"timestamp"};
  transforms::FieldPath target{"dt"};
  TimeFormats formats;
  Zone zone;
  config::OrOff<Duration> past{std::chrono::hours(24 * 3650)};
  config::OrOff<Duration> future{std::chrono::hours(24)};
  bool keep_original = false;
};
const config::Schema<ParseTimestampConfig>& parse_timestamp_schema();

}  // namespace towline::parse_timestamp

template <>
struct towline::config::Value<towline::parse_timestamp::TimeFormats> {
  static std::optional<parse_timestamp::TimeFormats> parse(const Node& node, Problems& problems);
  static std::string print(const parse_timestamp::TimeFormats& formats);
  static ValueInfo info();
};

template <>
struct towline::config::Value<towline::parse_timestamp::Zone> {
  static std::optional<parse_timestamp::Zone> parse(const Node& node, Problems& problems);
  static std::string print(const parse_timestamp::Zone& zone) { return yaml_scalar(zone.text); }
  static ValueInfo info();
};
