// What a source hands its frames to. The implementation (app/) parses, transforms and appends to the streams.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "base/memory_budget.hpp"
#include "codec/framing.hpp"
#include "runtime/asio.hpp"

namespace towline::component {

using codec::Frame;
using codec::FrameFault;

// What becomes of a line that isn't one JSON object within the limits (setting `invalid`).
enum class InvalidPolicy : std::uint8_t { wrap, drop, dead_letter };

// What came of a wish for memory.
enum class Reserved : std::uint8_t {
  yes,
  full,   // not now
  never,  // it is more than the budget has, with nothing held at all
};

// What a source may tell its client about the records that it handed over.
enum class Ack : std::uint8_t {
  durable,    // they survive what the setting stream.durability says
  in_memory,  // the streams live in memory: accepted is all that can be said
  unknown,    // not durable in time, or the daemon is ending; they may still be delivered
};

// One per source and shard; used only on its shard's thread.
class Intake {
 public:
  virtual ~Intake() = default;

  virtual void set_invalid_policy(InvalidPolicy policy) = 0;
  // How long room() may keep a source waiting; none: as long as it takes, which is where it starts.
  virtual void set_block_at_most(std::optional<Duration> limit) = 0;

  // Takes one frame. The bytes are used during the call only. An empty frame is ignored and not
  // counted, unless it has a fault (a datagram was cut between two of its lines: the loss must be seen).
  virtual void accept(const Frame& frame) = 0;

  // Bytes read from the network, for the metric.
  virtual void count_bytes(std::uint64_t n) = 0;

  // --- for sources that make their senders wait ---

  // False while the memory budget is used up: the source then stops reading (it never closes a client for that)
  // and awaits room(), which returns when it may go on: there is room, or it has waited for block_at_most and the sinks
  // that are full lose what arrives from now on, or the intake is told to stop waiting. At once where that is so
  // already.
  // `line` is what a session has charged by gather(), if it has. Where it is such lines that use up the memory, one of
  // them after the other may go on all the same: nothing else would ever make room.
  virtual bool has_room(const Charge* line) = 0;
  virtual runtime::Awaitable<void> room(const Charge* line) = 0;
  bool has_room() { return has_room(nullptr); }

  // Makes `line` hold the bytes of a line that isn't whole yet, whether there is room for them or not; 0 once it is
  // whole, or the session ends.
  virtual void gather(Charge& line, std::uint64_t bytes) = 0;

  // --- for sources that answer ---

  // Makes `held` (which may be empty) hold `bytes` of the memory budget; on `full` and `never` it is as before.
  // Never waits.
  virtual Reserved reserve(Charge& held, std::uint64_t bytes) = 0;

  // Returns when everything that was accepted before the call is durable, or after `at_most`. What is still gathered
  // for a chunk is handed over at once; those who ask in the same turn of the loop share the chunk.
  virtual runtime::Awaitable<Ack> durable(Duration at_most) = 0;
};

}  // namespace towline::component
