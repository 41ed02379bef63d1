// A stream: what leaves a transform and is read by sinks, as an append-only log of chunks. Each sink reads it through
// a cursor of its own, at its own pace. With a store what is held is also on disk, and need not stay in memory.
//
// Three threads, none of which lives here. Ingest shards append. The delivery thread takes chunks in, reads and
// settles. The storage thread makes chunks and cursors durable. The simulation plays all three.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/memory_budget.hpp"
#include "codec/gzip.hpp"
#include "record/chunk.hpp"
#include "stream/cursor.hpp"
#include "stream/storage.hpp"
#include "telemetry/metrics.hpp"

namespace towline::stream {

class Stream {
 public:
  struct Options {
    std::optional<codec::GzipLevel> packing = {};  // pack full chunks at this level
    std::uint32_t pack_from = 64 * 1024;           // plain bytes from which a chunk counts as full
    std::string uuid = {};                         // where there is no store: 32 hex digits, and
    std::uint64_t epoch = 0;                       // the epoch of this run, both random
    bool grows = true;                             // false: nothing is appended, what is there is read
  };

  // Everything referred to outlives the stream. `bytes` is the gauge of what it holds in memory. `storage` null: what
  // is held lives in memory only.
  Stream(Options options, MemoryBudget& budget, codec::Compressor& compressor, telemetry::Instrument& bytes,
         std::unique_ptr<Storage> storage = nullptr);

  // --- any thread ---

  // Takes the chunk (records >= 1), gives its records their numbers and answers the number behind its last one. Never
  // fails and never blocks for long; sources watch the memory budget before they read.
  std::uint64_t append(record::Chunk chunk);

  // Set once, before the first append. Called on the appending thread; on the storage thread when durable_end() has
  // moved (never without a storage).
  void on_append(std::function<void()> callback) { on_append_ = std::move(callback); }
  void on_durable(std::function<void()> callback) {
    if (storage_) storage_->on_durable(std::move(callback));
  }

  // The number that the next appended record will have.
  std::uint64_t end() const;
  // Records below this number survive what Durability says, or are settled for ever. Without a store: what was
  // appended.
  std::uint64_t durable_end() const { return storage_ ? storage_->durable_end() : end(); }
  bool is_durable() const { return storage_ != nullptr; }
  bool grows() const { return options_.grows; }
  // 32 hex digits; of the stream for ever where it has a store, else of this run.
  const std::string& uuid() const { return options_.uuid; }

  // --- the delivery thread ---

  // The sink's cursor: where it was, or at the oldest record that is held. What it should find and isn't there is lost
  // (Loss::missing). Once a sink, before the first append; the reference stays good.
  Cursor& open_cursor(const std::string& sink);

  // Makes readable some of what has been appended since the last call; on the way, chunks of full size are packed where
  // the stream was told to. A call takes milliseconds; true: there is more. Called in each turn of the loop.
  bool take_in();

  // The chunk that holds record `seq` (not settled or lost for the cursor), or the first one behind it; null where
  // nothing is there yet, and below taken_in() where it can't be read for now. What can't be read any more the cursor
  // loses (Loss::damaged), so look for gaps again when this has answered null or something behind `seq`. What it gives
  // never changes.
  ChunkPtr at(Cursor& cursor, std::uint64_t seq);

  // Lets go of what no cursor needs any more, and shows the cursors to the storage thread. Once in each turn of the
  // loop.
  void let_go();

  // Bytes of chunks that this cursor keeps from being let go: in memory, or on disk where there is a store.
  std::uint64_t bytes_held(const Cursor& cursor) const;
  // Approximate number of the record that is `bytes` of chunks behind `seq`, on disk or in memory, at a chunk's end; at
  // most the end of what was taken in.
  std::uint64_t seq_after(std::uint64_t seq, std::uint64_t bytes) const;
  // From this record on it is at least so much, or all that there is; at a chunk's beginning.
  std::uint64_t newest(std::uint64_t bytes) const;
  // The end of what was taken in: numbers at which at() may find something are below it.
  std::uint64_t taken_in() const { return taken_in_; }

  // How full the disk is: bytes used of bytes allowed; 0 of 0 without a store. What waits for room counts, and makes it
  // full (Marks in base/memory_budget.hpp) even where there is a little left.
  std::uint64_t disk_bytes() const;
  std::uint64_t disk_max() const;
  // What the disk has no room for: every record from this number on; UINT64_MAX where there is room.
  std::uint64_t without_room_from() const;
  // How often let_go() has shown cursors that moved, and up to which of these times disk_bytes() shows what they have
  // let go of (Storage::followed). 0 without a store.
  std::uint64_t times_shown() const;
  std::uint64_t times_followed() const;

  // The storage thread's side; null without a store.
  Storage* storage() { return storage_.get(); }
  const Storage* storage() const { return storage_.get(); }

 private:
  struct Held {
    std::shared_ptr<const record::Chunk> chunk;
    std::uint64_t bytes_before;  // of all chunks ever taken in before it: differences are what counts
  };

  std::size_t index_of(std::uint64_t seq) const;
  std::uint64_t bytes_between(std::uint64_t begin, std::uint64_t end) const;
  Store::Reader::Found read(Cursor& cursor, std::uint64_t seq);
  bool needed(Range range) const;
  bool can_go(const record::Chunk& chunk, std::uint64_t durable_end) const;
  void let_go_of_holes();
  void forget(const Held& held);
  void show_cursors();
  std::uint64_t disk_used() const;

  Options options_;
  MemoryBudget& budget_;
  codec::Compressor& compressor_;
  telemetry::Instrument& bytes_;
  const std::unique_ptr<Storage> storage_;
  std::function<void()> on_append_;

  mutable std::mutex mutex_;  // guards the next two
  std::deque<std::shared_ptr<record::Chunk>> incoming_;
  std::uint64_t end_;

  // The delivery thread's.
  std::map<std::string, std::unique_ptr<Cursor>, std::less<>> cursors_;
  std::map<const Cursor*, std::unique_ptr<Store::Reader>> readers_;
  std::deque<Held> held_;  // chunks in memory, ascending; without a store: all that a cursor needs
  std::uint64_t taken_in_;
  std::uint64_t taken_in_bytes_ = 0;
  std::uint64_t versions_seen_ = UINT64_MAX;  // of the cursors, summed up, at the last let_go()
};

}  // namespace towline::stream
