// A chunk: some records of a stream as redacted NDJSON, the unit that streams hold and batches are cut from.
// It is filled by an ingest shard; from the append on it belongs to the delivery thread, which may pack it.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "base/memory_budget.hpp"

namespace towline::record {

// A raw-deflate stretch that ends on a full flush: it starts without history and can be spliced with others.
struct Segment {
  std::string deflate;
  std::uint32_t crc = 0;          // CRC-32 of the plain bytes, as gzip wants it
  std::uint32_t plain_bytes = 0;  // their number
};

struct Chunk {
  std::uint64_t first_seq = 0;     // number of its first record in the stream; set by the append
  std::uint64_t epoch = 0;         // the run that appended it, random; set by the append
  std::uint32_t records = 0;       // >= 1 in a stream
  std::uint32_t plain_bytes = 0;   // of the NDJSON
  MonoTime oldest{};               // when its first record was received
  WallTime received{};             // the same, by the wall clock
  std::string dead_letter_reason;  // not empty: the records go to the dead letters, not to the destination

  // The content, in exactly one of two forms: NDJSON with a newline after each record, or packed.
  std::string plain;
  Segment packed;
  Charge charge;

  bool is_packed() const { return plain.empty(); }
  std::uint64_t end_seq() const { return first_seq + records; }
  std::uint64_t bytes_held() const { return plain.capacity() + packed.deflate.capacity() + sizeof(Chunk); }
};

}  // namespace towline::record
