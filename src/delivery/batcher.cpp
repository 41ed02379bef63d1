#include "delivery/batcher.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace towline::delivery {

using component::Batch;
using component::Slice;

namespace {

// Exact where the slice is the whole chunk, in proportion where it isn't.
std::uint64_t bytes_of(const Slice& slice) {
  return std::uint64_t{slice.chunk->plain_bytes} * slice.records / slice.chunk->records;
}

void append(Batch& batch, Slice slice) {
  if (batch.slices.empty()) {
    batch.first_seq = slice.first_seq();
    batch.oldest = slice.chunk->oldest;
  }
  batch.records += slice.records;
  batch.plain_bytes += bytes_of(slice);
  batch.slices.push_back(std::move(slice));
}

}  // namespace

Batcher::Batcher(const component::BatchConfig& config, stream::Stream& stream, std::uint64_t first_seq)
    : config_(config), stream_(stream), bytes_max_(config.bytes.bytes), next_seq_(first_seq) {}

void Batcher::fill() {
  while (!full_) {
    std::shared_ptr<const record::Chunk> chunk = stream_.at(next_seq_);
    if (chunk == nullptr) return;
    if (!chunk->dead_letter_reason.empty()) {
      next_seq_ = chunk->end_seq();
      dead_.push_back(Slice{chunk, 0, chunk->records});
      continue;
    }
    if (!open_.slices.empty() && !fits(*chunk)) {
      full_ = true;
      return;
    }
    add(std::move(chunk));
  }
}

// Whole chunks where possible, because a packed chunk that is cut must be unpacked and compressed again.
bool Batcher::fits(const record::Chunk& chunk) const {
  return open_.plain_bytes + chunk.plain_bytes <= bytes_max_ &&
         open_.records + std::uint64_t{chunk.records} <= config_.records.value();
}

// Adds the rest of the chunk, or as much as one batch may hold if that alone is too much.
void Batcher::add(std::shared_ptr<const record::Chunk> chunk) {
  Slice slice{chunk, static_cast<std::uint32_t>(next_seq_ - chunk->first_seq), 0};
  const std::uint64_t rest = chunk->records - slice.first;
  const std::uint64_t by_bytes = std::max<std::uint64_t>(1, bytes_max_ * chunk->records / chunk->plain_bytes);
  slice.records = static_cast<std::uint32_t>(std::min({rest, by_bytes, config_.records.value()}));
  next_seq_ += slice.records;
  append(open_, std::move(slice));
  full_ = open_.plain_bytes >= bytes_max_ || open_.records >= config_.records.value();
}

MonoTime Batcher::ready_at() const {
  if (open_.slices.empty()) return MonoTime::max();
  if (full_) return MonoTime::min();
  return open_.oldest + config_.age;
}

Batch Batcher::take() {
  CHECK(!open_.slices.empty());
  full_ = false;
  return std::exchange(open_, Batch{});
}

void Batcher::learn_limit(std::uint64_t plain_bytes) {
  bytes_max_ = std::min(bytes_max_, std::max<std::uint64_t>(1, plain_bytes));
}

std::pair<Batch, Batch> halve(const Batch& batch) {
  CHECK(batch.records >= 2);
  Batch first;
  Batch second;
  std::uint32_t left = batch.records / 2;
  for (const Slice& slice : batch.slices) {
    const std::uint32_t here = std::min(left, slice.records);
    if (here > 0) append(first, Slice{slice.chunk, slice.first, here});
    if (here < slice.records) append(second, Slice{slice.chunk, slice.first + here, slice.records - here});
    left -= here;
  }
  return {std::move(first), std::move(second)};
}

}  // namespace towline::delivery
