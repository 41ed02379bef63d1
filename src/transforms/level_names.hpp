// Levels of log records, by all the names and numbers that they have.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "config/value.hpp"

namespace towline::transforms {

// The six of OpenTelemetry.
enum class Level : std::uint8_t { trace, debug, info, warn, error, fatal };
inline constexpr std::size_t levels_count = 6;

std::string_view upper_name(Level level);
std::string_view lower_name(Level level);

// By a name of Python, Java, .NET, Go, Rust, JavaScript, Ruby, PostgreSQL, syslog and the like, in any case, with or
// without spaces around it, brackets or a number behind it (INFO+2).
std::optional<Level> level_of_name(std::string_view name);

// Where one number means different things to different libraries.
enum class LevelNumbers : std::uint8_t { syslog, pino, python, otel };
constexpr auto config_values(LevelNumbers) {
  using Choice = config::Choice<LevelNumbers>;
  return std::to_array<Choice>(
      {{LevelNumbers::syslog, "syslog", "0 to 7: 0 to 2 are FATAL, 3 ERROR, 4 WARN, 5 and 6 INFO, 7 DEBUG."},
       {LevelNumbers::pino, "pino", "Also bunyan: 10 TRACE, 20 DEBUG, 30 INFO, 40 WARN, 50 ERROR, 60 FATAL."},
       {LevelNumbers::python, "python", "10 DEBUG, 20 INFO, 30 WARN, 40 ERROR, 50 FATAL; below 10 TRACE."},
       {LevelNumbers::otel, "otel",
        "1 to 24, four for each level: 1 TRACE, 5 DEBUG, 9 INFO, 13 WARN, 17 ERROR, 21 FATAL."}});
}

// A whole number, as text. With pino and python those between two levels belong to the lower one; 100 is the highest.
std::optional<Level> level_of_number(std::string_view number, LevelNumbers numbers);

}  // namespace towline::transforms

// Any of its names.
template <>
struct towline::config::Value<towline::transforms::Level> {
  static std::optional<transforms::Level> parse(const Node& node, Problems& problems);
  static std::string print(transforms::Level level) { return std::string(transforms::upper_name(level)); }
  static ValueInfo info();
};
