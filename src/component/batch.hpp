// A batch: the records that one request carries, as slices of the stream's chunks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "record/chunk.hpp"

namespace towline::component {

// Some neighbouring records of one chunk.
struct Slice {
  std::shared_ptr<const record::Chunk> chunk;
  std::uint32_t first = 0;  // index of the first record within the chunk
  std::uint32_t records = 0;

  bool whole() const { return records == chunk->records; }
  std::uint64_t first_seq() const { return chunk->first_seq + first; }
  std::uint64_t end_seq() const { return first_seq() + records; }
};

struct Batch {
  std::vector<Slice> slices;      // in the order of the stream
  std::uint64_t first_seq = 0;    // number of its first record in the stream
  std::uint32_t records = 0;      // >= 1
  std::uint64_t plain_bytes = 0;  // of its NDJSON; an estimate where a chunk was cut
  MonoTime oldest{};              // when its first record was received

  // Idempotency key: the same for every attempt at these records, for other records another one, over restarts.
  // Empty where there is none (what towline itself has to say).
  std::string key;
};

}  // namespace towline::component
