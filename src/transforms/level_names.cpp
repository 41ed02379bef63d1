#include "transforms/level_names.hpp"

#include <algorithm>
#include <charconv>

namespace towline::transforms {

namespace {

struct Name {
  std::string_view name;
  Level level;
};
using enum Level;

// In the order of the names.
constexpr std::array names{Name{"alert", fatal},       // syslog
                           Name{"all", trace},         // Java
                           Name{"audit", info},        //
                           Name{"c", fatal},           //
                           Name{"config", debug},      // java.util.logging
                           Name{"crit", fatal},        //
                           Name{"critical", fatal},    // Python, .NET
                           Name{"d", debug},           // Android, glog
                           Name{"dbg", debug},         // Serilog
                           Name{"debug", debug},       //
                           Name{"debug1", debug},      // PostgreSQL
                           Name{"debug2", debug},      //
                           Name{"debug3", debug},      //
                           Name{"debug4", debug},      //
                           Name{"debug5", debug},      //
                           Name{"dpanic", fatal},      // zap
                           Name{"e", error},           //
                           Name{"emerg", fatal},       // syslog
                           Name{"emergency", fatal},   //
                           Name{"err", error},         //
                           Name{"error", error},       //
                           Name{"f", fatal},           //
                           Name{"fatal", fatal},       //
                           Name{"fault", fatal},       // macOS
                           Name{"fine", debug},        // java.util.logging
                           Name{"finer", debug},       //
                           Name{"finest", trace},      //
                           Name{"ftl", fatal},         // Serilog
                           Name{"i", info},            //
                           Name{"inf", info},          // Serilog
                           Name{"info", info},         //
                           Name{"information", info},  // .NET
                           Name{"informational", info},
                           Name{"log", info},       // PostgreSQL, JavaScript's console
                           Name{"note", info},      //
                           Name{"notice", info},    // syslog
                           Name{"ok", info},        // Datadog
                           Name{"panic", fatal},    // Go, PostgreSQL
                           Name{"severe", error},   // java.util.logging
                           Name{"silly", trace},    // npm
                           Name{"success", info},   // loguru
                           Name{"t", trace},        //
                           Name{"trace", trace},    //
                           Name{"trc", trace},      //
                           Name{"v", trace},        // Android
                           Name{"verb", trace},     //
                           Name{"verbose", trace},  // Serilog, Android
                           Name{"vrb", trace},      // Serilog
                           Name{"w", warn},         //
                           Name{"warn", warn},      //
                           Name{"warning", warn},   // Python, Java, syslog
                           Name{"wrn", warn}};      // Serilog
static_assert(std::ranges::is_sorted(names, {}, &Name::name));
constexpr std::size_t name_bytes_max = 16;

constexpr std::array upper{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
constexpr std::array lower{"trace", "debug", "info", "warn", "error", "fatal"};
static_assert(upper.size() == levels_count && lower.size() == levels_count);

// Without spaces and brackets around it, and without what slog puts behind it.
std::string_view bare(std::string_view name) {
  constexpr std::string_view around = " \t\r\n[]<>():|";
  const std::size_t begin = name.find_first_not_of(around);
  if (begin == std::string_view::npos) return {};
  name = name.substr(begin, name.find_last_not_of(around) - begin + 1);
  const std::size_t sign = name.find_first_of("+-");
  const bool offset =
      sign != std::string_view::npos && name.find_first_not_of("0123456789", sign + 1) == std::string_view::npos;
  return offset ? name.substr(0, sign) : name;
}

std::optional<Level> in_steps(int number, int first, int step, int max) {
  if (number < 1 || number > max) return std::nullopt;
  const int place = number < first ? 0 : (number - first) / step;
  return static_cast<Level>(std::min(place, static_cast<int>(levels_count) - 1));
}

std::optional<Level> of_syslog(int severity) {
  constexpr std::array levels{fatal, fatal, fatal, error, warn, info, info, debug};
  if (severity < 0 || severity >= static_cast<int>(levels.size())) return std::nullopt;
  return levels[static_cast<std::size_t>(severity)];
}

}  // namespace

std::string_view upper_name(Level level) {
  return upper[static_cast<std::size_t>(level)];
}

std::string_view lower_name(Level level) {
  return lower[static_cast<std::size_t>(level)];
}

std::optional<Level> level_of_name(std::string_view name) {
  name = bare(name);
  std::array<char, name_bytes_max> buffer{};
  if (name.empty() || name.size() > buffer.size()) return std::nullopt;
  std::ranges::transform(name, buffer.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  const std::string_view wanted(buffer.data(), name.size());
  const auto found = std::ranges::lower_bound(names, wanted, {}, &Name::name);
  return found != names.end() && found->name == wanted ? std::optional(found->level) : std::nullopt;
}

std::optional<Level> level_of_number(std::string_view number, LevelNumbers numbers) {
  int value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  switch (numbers) {
    case LevelNumbers::syslog:
      return of_syslog(value);
    case LevelNumbers::pino:
      return in_steps(value, 10, 10, 100);
    case LevelNumbers::python:
      return in_steps(value, 0, 10, 100);
    case LevelNumbers::otel:
      return in_steps(value, 1, 4, 24);
  }
  return std::nullopt;
}

}  // namespace towline::transforms

namespace towline::config {

using transforms::Level;

std::optional<Level> Value<Level>::parse(const Node& node, Problems& problems) {
  if (!expect_scalar(node, "a level", problems)) return std::nullopt;
  const std::optional<Level> level = transforms::level_of_name(node.text);
  if (!level)
    problems.add(node.mark, "expected a level, not " + node.shown(), "TRACE, DEBUG, INFO, WARN, ERROR or FATAL");
  return level;
}

ValueInfo Value<Level>::info() {
  ValueInfo info = Value<std::string>::info();
  info.name = "level";
  return info;
}

}  // namespace towline::config
