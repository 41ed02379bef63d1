// For the tests of the store: folders that clean up after themselves, chunks whose content follows from their numbers,
// and a log that is read back whole.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "stream/disk/store.hpp"

namespace towline::stream::disk {

// A clock that stands still.
class StillClock final : public Clock {
 public:
  MonoTime now() const override { return MonoTime(std::chrono::hours(100)); }
  WallTime wall_now() const override { return WallTime(std::chrono::hours(24 * 365 * 50)); }
};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "towline_store_XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    root_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  std::filesystem::path path() const { return root_ / "stream"; }

 private:
  std::filesystem::path root_;
};

// `bytes` of NDJSON in `records` records; every number gives other bytes.
inline std::string content_for(std::uint64_t first_seq, std::uint32_t records, std::size_t bytes) {
  std::string out;
  for (std::uint32_t i = 0; i < records; ++i) {
    std::string line = "{\"n\":" + std::to_string(first_seq + i) + ",\"fill\":\"";
    const std::size_t wanted = bytes / records;
    if (wanted > line.size() + 3) line.append(wanted - line.size() - 3, static_cast<char>('a' + (first_seq + i) % 26));
    out += line + "\"}\n";
  }
  return out;
}

inline ChunkPtr chunk_of(std::uint64_t first_seq, std::uint32_t records, std::size_t bytes, std::uint64_t epoch = 7) {
  auto chunk = std::make_shared<record::Chunk>();
  chunk->first_seq = first_seq;
  chunk->epoch = epoch;
  chunk->records = records;
  chunk->plain = content_for(first_seq, records, bytes);
  chunk->plain_bytes = static_cast<std::uint32_t>(chunk->plain.size());
  chunk->received = StillClock().wall_now() - std::chrono::seconds(3);
  return chunk;
}

// Chunks of equal size, from `first_seq` on, `records` each.
inline std::vector<ChunkPtr> chunks_of(std::size_t count, std::uint64_t first_seq, std::uint32_t records,
                                       std::size_t bytes) {
  std::vector<ChunkPtr> chunks;
  for (std::size_t i = 0; i < count; ++i) chunks.push_back(chunk_of(first_seq + i * records, records, bytes));
  return chunks;
}

// What a cursor without a checkpoint would get.
struct ReadBack {
  std::vector<ChunkPtr> chunks;
  std::vector<Range> damaged;

  std::uint64_t records() const {
    std::uint64_t sum = 0;
    for (const ChunkPtr& chunk : chunks) sum += chunk->records;
    return sum;
  }
  std::uint64_t records_damaged() const {
    std::uint64_t sum = 0;
    for (const Range range : damaged) sum += range.size();
    return sum;
  }
};

inline ReadBack read_all(Store& store) {
  ReadBack back;
  const std::unique_ptr<Store::Reader> reader = store.reader();
  for (std::uint64_t seq = 0;;) {
    const Store::Reader::Found found = reader->read(seq);
    if (found.damaged.size() > 0) {
      back.damaged.push_back(found.damaged);
      EXPECT_GE(found.damaged.begin, seq);
      seq = found.damaged.end;
    } else if (found.chunk != nullptr) {
      EXPECT_GT(found.chunk->end_seq(), seq);
      seq = found.chunk->end_seq();
      back.chunks.push_back(found.chunk);
    } else {
      return back;
    }
  }
}

// Is it the chunk that chunk_of() made?
inline bool is_intact(const record::Chunk& chunk, std::size_t bytes) {
  return chunk.plain == content_for(chunk.first_seq, chunk.records, bytes);
}

inline std::unique_ptr<Store> open_store(FileSystem& files, Random& random, std::uint64_t max_size = 64U << 20U,
                                         Durability durability = Durability::power) {
  static const StillClock clock;
  auto store = Store::open({"test", max_size, 16U << 20U, durability}, files, random, clock);
  EXPECT_TRUE(store) << (store ? "" : store.error().message);
  return store ? std::move(*store) : nullptr;
}

}  // namespace towline::stream::disk
