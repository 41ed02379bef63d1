// How one line of towline's own log is written, and how often one event may speak. The parts of diagnostics.cpp that
// can be tested without a stream; nothing else includes this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/diagnostics.hpp"

namespace towline::diagnostics {

// A line is never longer than this, its newline included: it is what a pipe takes in one piece (PIPE_BUF).
inline constexpr std::size_t line_bytes_max = 4096;
// A longer value is cut and ends in "…".
inline constexpr std::size_t value_bytes_max = 512;

struct Event {
  WallTime time;
  Severity severity;
  std::string_view name;
  std::string_view message;
  std::initializer_list<Field> fields;
  std::uint64_t suppressed = 0;  // lines of this event that the limit left out
  std::uint64_t lost = 0;        // lines that stderr did not take
};

// One line with its newline. Fields that don't fit into line_bytes_max are left out.
std::string text_line(const Event& event, bool colour);
std::string json_line(const Event& event);

// At most `burst` lines of one event in a window. Bounded: past `events_max` names, new names share one allowance.
// Not thread-safe.
class EventLimit {
 public:
  static constexpr std::uint32_t burst = 5;
  static constexpr Duration window = std::chrono::seconds(10);
  static constexpr std::size_t events_max = 256;

  // Nothing when this line must be left out; else how many lines were left out since the last one.
  std::optional<std::uint64_t> admit(std::string_view event, MonoTime now);

 private:
  struct Window {
    MonoTime start;
    std::uint32_t lines = 0;
    std::uint64_t suppressed = 0;
  };
  Window& window_of(std::string_view event, MonoTime now);

  std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace towline::diagnostics
