// A stream: what leaves a transform and is read by sinks, as an append-only log of chunks. Each sink reads it through
// a cursor of its own, at its own pace. Ingest shards append; everything else belongs to the delivery thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "record/chunk.hpp"

namespace towline::stream {

using CursorId = std::uint32_t;

class Stream {
 public:
  virtual ~Stream() = default;

  // Any thread. Takes the chunk (records >= 1) and gives its records their numbers. Never fails and never blocks for
  // long; sources watch the memory budget before they read. Calls the on_append callback afterwards.
  virtual void append(record::Chunk chunk) = 0;

  // Set once, before the first append; called on the appending thread.
  virtual void on_append(std::function<void()> callback) = 0;

  // --- the delivery thread ---

  // A reader that starts at the oldest record that is held.
  virtual CursorId open_cursor() = 0;

  // Makes readable some of what has been appended since the last call; on the way, chunks of full size are packed where
  // the stream was told to. A call takes milliseconds; true: there is more. Called in each turn of the loop.
  virtual bool take_in() = 0;

  // The chunk that holds record `seq` (a number at or behind the cursor's settled mark); null where nothing is there
  // yet. What it gives stays in the form that it has.
  virtual std::shared_ptr<const record::Chunk> at(std::uint64_t seq) = 0;

  // Everything below `seq` is settled for this cursor. What every cursor has settled is let go.
  virtual void settle(CursorId cursor, std::uint64_t seq) = 0;

  // The number that the next appended record will have: held by a cursor = end() - settled mark.
  virtual std::uint64_t end() const = 0;
};

}  // namespace towline::stream
