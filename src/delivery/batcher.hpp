// Cuts a stream into batches for one sink: whichever limit is reached first, bytes, records or age.
// A pure state machine: the time is passed in, nothing waits.
#pragma once

#include <utility>
#include <vector>

#include "component/batch.hpp"
#include "component/delivery_config.hpp"
#include "stream/stream.hpp"

namespace towline::delivery {

class Batcher {
 public:
  Batcher(const component::BatchConfig& config, stream::Stream& stream, std::uint64_t first_seq);

  // Takes in what the stream has. Afterwards take() and ready_at() are up to date.
  void fill();

  // When the open batch is due: in the past if it is full, MonoTime::max() if it is empty.
  MonoTime ready_at() const;

  // The open batch, not empty; a new one is begun.
  component::Batch take();

  // Records that go to the dead letters, met on the way. They are no part of a batch.
  std::vector<component::Slice> take_dead() { return std::exchange(dead_, {}); }

  // The destination takes requests of this size and not of twice it: from now on no batch is larger.
  void learn_limit(std::uint64_t plain_bytes);

 private:
  bool fits(const record::Chunk& chunk) const;
  void add(std::shared_ptr<const record::Chunk> chunk);

  const component::BatchConfig& config_;
  stream::Stream& stream_;
  std::uint64_t bytes_max_;
  std::uint64_t next_seq_;
  component::Batch open_;
  std::vector<component::Slice> dead_;
  bool full_ = false;
};

// The first and the second half of a batch of two or more records.
std::pair<component::Batch, component::Batch> halve(const component::Batch& batch);

}  // namespace towline::delivery
