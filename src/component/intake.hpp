// What a source hands its frames to. The implementation (app/) parses, transforms and appends to the streams.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/asio.hpp"

namespace towline::component {

// Why a frame can't be a record as it stands. A frame that isn't one JSON object is found by the intake itself.
enum class FrameFault : std::uint8_t {
  none,
  too_long,   // longer than max_record: `bytes` is its beginning, `lost_bytes` counts what is missing
  truncated,  // the last frame of a datagram that the kernel cut (MSG_TRUNC); lost_bytes counts what is missing
};

struct Frame {
  std::string_view bytes;  // without the line end; at least record::padding bytes after it are readable
  FrameFault fault = FrameFault::none;
  std::uint64_t lost_bytes = 0;
};

// What becomes of a line that isn't one JSON object within the limits (setting `invalid`).
enum class InvalidPolicy : std::uint8_t { wrap, drop, dead_letter };

// One per source and shard; used only on its shard's thread.
class Intake {
 public:
  virtual ~Intake() = default;

  virtual void set_invalid_policy(InvalidPolicy policy) = 0;

  // Takes one frame. The bytes are used during the call only. Empty frames (blank lines) are ignored and not counted.
  virtual void accept(const Frame& frame) = 0;

  // Bytes read from the network, for the metric.
  virtual void count_bytes(std::uint64_t n) = 0;

  // False while the memory budget is used up: the source then stops reading (it never closes a client for that)
  // and awaits room(), which returns at once when there is room or when the intake is told to stop waiting.
  virtual bool has_room() const = 0;
  virtual runtime::Awaitable<void> room() = 0;
};

}  // namespace towline::component
