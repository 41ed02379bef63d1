// Cuts a stream into batches for one sink: whichever limit is reached first, bytes, records or age.
// A pure state machine: the time is passed in, nothing waits.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/memory_budget.hpp"
#include "component/batch.hpp"
#include "component/delivery_config.hpp"
#include "stream/stream.hpp"

namespace towline::delivery {

// A batch holds neighbouring records of one epoch: it ends before records that are settled or lost already, and only
// dead letters are left out within. Then its first number and its size say what is in it, for ever.
class Batcher {
 public:
  // Begins at the cursor's mark. Everything referred to outlives it.
  Batcher(const component::BatchConfig& config, stream::Stream& stream, stream::Cursor& cursor,
          const MemoryBudget& budget);

  // Takes in what the stream has, as far as memory goes: what is on disk only is not read under pressure, but for one
  // chunk. Afterwards take() and ready_at() are up to date. True: it has met dead letters; take them and go on.
  bool fill();

  // When the open batch is due: in the past if it is full, MonoTime::max() if it is empty.
  MonoTime ready_at() const;
  // There is more, which can't be read for now: fill() again after a while.
  bool must_read_again() const { return must_read_again_; }
  MonoTime oldest() const { return open_.slices.empty() ? MonoTime::max() : open_.oldest; }

  // The open batch, not empty; a new one is begun.
  component::Batch take();

  // Records that go to the dead letters, met on the way. They are no part of a batch.
  std::vector<component::Slice> take_dead() { return std::exchange(dead_, {}); }

  // Records below this number were taken, or have been settled or lost.
  std::uint64_t taken_below() const { return open_.slices.empty() ? next_seq_ : open_.first_seq; }
  // The same for taken ones and those of the open batch.
  std::uint64_t read_below() const { return next_seq_; }
  // The open batch, which may be empty.
  const component::Batch& open() const { return open_; }
  // The open batch's records have been lost: begin a new one behind them.
  void forget_open();

  // The destination takes requests of this size and not of twice it: from now on no batch is larger.
  void learn_limit(std::uint64_t plain_bytes);

 private:
  bool must_wait() const;
  bool fits(const record::Chunk& chunk) const;
  component::Slice slice_of(stream::ChunkPtr chunk, std::uint64_t end) const;
  void add(stream::ChunkPtr chunk, std::uint64_t end);

  const component::BatchConfig& config_;
  stream::Stream& stream_;
  stream::Cursor& cursor_;
  const MemoryBudget& budget_;
  std::uint64_t bytes_max_;
  std::uint64_t next_seq_;
  component::Batch open_;
  std::vector<component::Slice> dead_;
  bool full_ = false;
  bool must_read_again_ = false;
};

// The first and the second half of a batch of two or more records.
std::pair<component::Batch, component::Batch> halve(const component::Batch& batch);

// The batch's idempotency key: <uuid of the stream>:<epoch>:<first number>:<records>.
std::string key_of(const std::string& stream_uuid, const component::Batch& batch);

}  // namespace towline::delivery
