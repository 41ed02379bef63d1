// towline's own log: one line per event on stderr, key=value or JSON. Safe from every thread.
// A line never holds a payload or a secret. Lines of one event name are limited (5 in 10 s by default); what was
// left out is said in the next line of that name as suppressed=N. Logging never waits: a line that stderr can't take at
// once is lost, counted, and told in the next line that is written as lost_lines=N.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <type_traits>
#include <variant>

namespace towline::diagnostics {

enum class Severity : std::uint8_t { debug, info, warn, error };
enum class Format : std::uint8_t { text, json };

struct Field {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;
  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, bool v) : key(k), value(v) {}
  Field(std::string_view k, double v) : key(k), value(v) {}
  template <class Integer>
  requires std::is_integral_v<Integer> Field(std::string_view k, Integer v) : key(k) {
    if constexpr (std::is_signed_v<Integer>)
      value = static_cast<std::int64_t>(v);
    else
      value = static_cast<std::uint64_t>(v);
  }
};

// Called once by `run`, before any thread is started.
void configure(Severity least, Format format);

// `event` is a constant name such as "sink.held": it is the key of the rate limit. `message` is a whole sentence for
// a person, constant per event; what varies goes into the fields. Control characters in values are escaped.
void log(Severity severity, std::string_view event, std::string_view message, std::initializer_list<Field> fields = {});

// How many lines stderr did not take since the start.
std::uint64_t lost_lines();

inline void debug(std::string_view event, std::string_view message, std::initializer_list<Field> fields = {}) {
  log(Severity::debug, event, message, fields);
}
inline void info(std::string_view event, std::string_view message, std::initializer_list<Field> fields = {}) {
  log(Severity::info, event, message, fields);
}
inline void warn(std::string_view event, std::string_view message, std::initializer_list<Field> fields = {}) {
  log(Severity::warn, event, message, fields);
}
inline void error(std::string_view event, std::string_view message, std::initializer_list<Field> fields = {}) {
  log(Severity::error, event, message, fields);
}

}  // namespace towline::diagnostics
