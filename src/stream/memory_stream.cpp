#include "stream/memory_stream.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace towline::stream {

namespace {

// Plain bytes that one call packs: some milliseconds at the fast level, some tens at the slowest.
constexpr std::uint64_t take_in_bytes = 1024 * 1024;

}  // namespace

MemoryStream::MemoryStream(Options options, MemoryBudget& budget, codec::Compressor& compressor,
                           telemetry::Instrument& bytes)
    : options_(options), budget_(budget), compressor_(compressor), bytes_(bytes) {}

void MemoryStream::append(record::Chunk chunk) {
  CHECK(chunk.records > 0);
  chunk.charge = Charge(budget_, chunk.bytes_held());
  bytes_.add(chunk.charge.bytes());
  {
    const std::lock_guard lock(mutex_);
    chunk.first_seq = end_;
    end_ += chunk.records;
    chunks_.push_back(std::make_shared<record::Chunk>(std::move(chunk)));
  }
  if (on_append_) on_append_();
}

CursorId MemoryStream::open_cursor() {
  settled_.push_back(0);
  return static_cast<CursorId>(settled_.size() - 1);
}

// Packing makes room, and room lets sources read on: without a bound there would be no end to it.
bool MemoryStream::take_in() {
  std::uint64_t taken_bytes = 0;
  while (const std::shared_ptr<record::Chunk> chunk = find(pack_next_)) {
    if (taken_bytes >= take_in_bytes) return true;
    pack(*chunk);
    pack_next_ = chunk->end_seq();
    taken_bytes += chunk->plain_bytes;
  }
  return false;
}

// Before anybody has seen the chunk: what is handed out is never changed.
void MemoryStream::pack(record::Chunk& chunk) {
  if (!options_.packing || chunk.plain_bytes < options_.pack_from) return;
  const std::uint64_t before = chunk.charge.bytes();
  codec::pack(chunk, compressor_, *options_.packing);
  bytes_.sub(before - chunk.charge.bytes());
}

std::shared_ptr<const record::Chunk> MemoryStream::at(std::uint64_t seq) {
  return seq < pack_next_ ? find(seq) : nullptr;
}

std::shared_ptr<record::Chunk> MemoryStream::find(std::uint64_t seq) const {
  const std::lock_guard lock(mutex_);
  if (seq >= end_) return nullptr;
  const auto found =
      std::partition_point(chunks_.begin(), chunks_.end(), [seq](const auto& held) { return held->end_seq() <= seq; });
  CHECK(found != chunks_.end());
  return *found;
}

void MemoryStream::settle(CursorId cursor, std::uint64_t seq) {
  CHECK(seq >= settled_[cursor]);
  settled_[cursor] = seq;
  release_settled();
}

void MemoryStream::release_settled() {
  const std::uint64_t frontier = *std::min_element(settled_.begin(), settled_.end());
  std::vector<std::shared_ptr<record::Chunk>> released;  // freed outside the lock
  {
    const std::lock_guard lock(mutex_);
    while (!chunks_.empty() && chunks_.front()->end_seq() <= frontier) {
      bytes_.sub(chunks_.front()->charge.bytes());
      released.push_back(std::move(chunks_.front()));
      chunks_.pop_front();
    }
  }
}

std::uint64_t MemoryStream::end() const {
  const std::lock_guard lock(mutex_);
  return end_;
}

}  // namespace towline::stream
