// What a PutLogEvents call is made of, and the limits that CloudWatch sets. Facts: the documentation of PutLogEvents.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace towline::cloudwatch {

inline constexpr std::size_t call_bytes_max = 1'048'576;  // messages and event_overhead for each of them
inline constexpr std::size_t event_overhead = 26;
inline constexpr std::size_t call_events_max = 10'000;
inline constexpr std::size_t message_bytes_max = call_bytes_max - event_overhead;
inline constexpr std::chrono::milliseconds call_span_max = std::chrono::hours(24);
inline constexpr std::chrono::milliseconds age_max = std::chrono::hours(14 * 24);
inline constexpr std::chrono::milliseconds future_max = std::chrono::hours(2);

// What has become of a record.
enum class Verdict : std::uint8_t {
  open,     // nothing yet
  taken,    // the service has it
  too_old,  // more than 14 days
  too_new,  // more than 2 hours ahead
  expired,  // older than the group's retention
  empty,    // an event must have a message
  too_large,
};

// The word for the ledger; empty for open and taken.
constexpr std::string_view reason_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::too_old:
      return "too_old";
    case Verdict::too_new:
      return "too_new";
    case Verdict::expired:
      return "expired";
    case Verdict::empty:
      return "empty";
    case Verdict::too_large:
      return "too_large";
    case Verdict::open:
    case Verdict::taken:
      break;
  }
  return {};
}

class Attempt;

// A record on its way, or one part of a long one.
struct Event {
  std::int64_t time_ms;      // since 1970
  std::string_view message;  // UTF-8 text; its owner is the attempt
  Attempt* attempt;
  std::uint32_t record;    // its number within the batch, from 0
  std::uint32_t turn = 0;  // the attempt's number among attempts: the lowest has waited for longest. It may wrap around

  bool has_waited_longer(const Event& other) const { return static_cast<std::int32_t>(turn - other.turn) < 0; }
  std::size_t cost() const { return message.size() + event_overhead; }
};

}  // namespace towline::cloudwatch
