// What a source hands its frames to. The implementation (app/) parses, transforms and appends to the streams.
#pragma once

#include <cstdint>

#include "codec/framing.hpp"
#include "runtime/asio.hpp"

namespace towline::component {

using codec::Frame;
using codec::FrameFault;

// What becomes of a line that isn't one JSON object within the limits (setting `invalid`).
enum class InvalidPolicy : std::uint8_t { wrap, drop, dead_letter };

// One per source and shard; used only on its shard's thread.
class Intake {
 public:
  virtual ~Intake() = default;

  virtual void set_invalid_policy(InvalidPolicy policy) = 0;

  // Takes one frame. The bytes are used during the call only. An empty frame is ignored and not
  // counted, unless it has a fault (a datagram was cut between two of its lines: the loss must be seen).
  virtual void accept(const Frame& frame) = 0;

  // Bytes read from the network, for the metric.
  virtual void count_bytes(std::uint64_t n) = 0;

  // False while the memory budget is used up: the source then stops reading (it never closes a client for that)
  // and awaits room(), which returns at once when there is room or when the intake is told to stop waiting.
  virtual bool has_room() const = 0;
  virtual runtime::Awaitable<void> room() = 0;
};

}  // namespace towline::component
