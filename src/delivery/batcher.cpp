#include "delivery/batcher.hpp"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <utility>

#include "base/check.hpp"

namespace towline::delivery {

using component::Batch;
using component::Slice;
using stream::ChunkPtr;
using stream::Range;

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

Batcher::Batcher(const component::BatchConfig& config, stream::Stream& stream, stream::Cursor& cursor,
                 const MemoryBudget& budget)
    : config_(config),
      stream_(stream),
      cursor_(cursor),
      budget_(budget),
      bytes_max_(config.bytes.bytes),
      next_seq_(cursor.mark()) {}

bool Batcher::fill() {
  must_read_again_ = false;
  while (!full_) {
    const Range needed = stream::next_needed(cursor_.state(), next_seq_);
    if (needed.begin != next_seq_ && !open_.slices.empty()) {
      full_ = true;
      break;
    }
    next_seq_ = needed.begin;
    if (must_wait()) break;
    ChunkPtr chunk = stream_.at(cursor_, next_seq_);
    if (chunk == nullptr && cursor_.needs({next_seq_, next_seq_ + 1})) {
      must_read_again_ = next_seq_ < stream_.taken_in();  // else nothing is there yet
      break;
    }
    if (chunk == nullptr) continue;  // it was lost just now
    if (chunk->first_seq > next_seq_) {
      // What the stream has not counted as damaged isn't there at all.
      cursor_.lose({next_seq_, chunk->first_seq}, stream::Loss::missing, {}, {});
      continue;
    }
    if (!chunk->dead_letter_reason.empty()) {
      dead_.push_back(slice_of(std::move(chunk), needed.end));
      next_seq_ = dead_.back().end_seq();
      return true;
    }
    if (!open_.slices.empty() && !fits(*chunk)) {
      full_ = true;
    } else {
      add(std::move(chunk), needed.end);
    }
  }
  return false;
}

// One chunk can always be read, so a sink that holds nothing else goes on, however little memory there is.
bool Batcher::must_wait() const {
  return stream_.is_durable() && budget_.pressed() && !open_.slices.empty();
}

// Whole chunks where possible, because a packed chunk that is cut must be unpacked and compressed again.
bool Batcher::fits(const record::Chunk& chunk) const {
  return chunk.epoch == open_.slices.front().chunk->epoch && open_.plain_bytes + chunk.plain_bytes <= bytes_max_ &&
         open_.records + std::uint64_t{chunk.records} <= config_.records.value();
}

// What the chunk has from the next record on, below `end`.
Slice Batcher::slice_of(ChunkPtr chunk, std::uint64_t end) const {
  const auto first = static_cast<std::uint32_t>(next_seq_ - chunk->first_seq);
  const auto records = static_cast<std::uint32_t>(std::min(chunk->end_seq(), end) - next_seq_);
  return Slice{std::move(chunk), first, records};
}

// Adds the rest of the chunk, or as much as one batch may hold if that alone is too much.
void Batcher::add(ChunkPtr chunk, std::uint64_t end) {
  const std::uint64_t by_bytes = std::max<std::uint64_t>(1, bytes_max_ * chunk->records / chunk->plain_bytes);
  Slice slice = slice_of(std::move(chunk), end);
  slice.records =
      static_cast<std::uint32_t>(std::min({std::uint64_t{slice.records}, by_bytes, config_.records.value()}));
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

void Batcher::forget_open() {
  full_ = false;
  open_ = Batch{};
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

std::string key_of(const std::string& stream_uuid, const Batch& batch) {
  std::array<char, 17> epoch{};
  std::snprintf(epoch.data(), epoch.size(), "%016" PRIx64, batch.slices.front().chunk->epoch);
  return stream_uuid + ":" + epoch.data() + ":" + std::to_string(batch.first_seq) + ":" + std::to_string(batch.records);
}

}  // namespace towline::delivery
