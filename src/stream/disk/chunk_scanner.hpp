// Walks through the chunk headers of a segment file and gets past damage: where no good header is, it searches the
// next one. Recovery and readers go the same way. Payloads are not looked at.
#pragma once

#include <cstdint>
#include <optional>

#include "stream/disk/file_window.hpp"
#include "stream/disk/segment_format.hpp"

namespace towline::stream::disk {

class ChunkScanner {
 public:
  struct Located {
    ChunkHeader header;
    std::uint64_t offset = 0;
    bool behind_damage = false;  // there were bytes in front of it that are no chunk
    std::uint64_t payload_offset() const { return offset + chunk_header_bytes; }
  };

  // Starts behind the segment's header. Numbers below `first_seq` are taken for damage.
  ChunkScanner(FileWindow& window, std::uint32_t tag, std::uint64_t first_seq)
      : window_(window), tag_(tag), next_seq_(first_seq) {}

  // The next chunk that is there as a whole, payload included, below the offset `limit`; it is passed. Nothing: there
  // is none, and at() stays where it is.
  std::optional<Located> next(std::uint64_t limit);

  std::uint64_t at() const { return at_; }              // behind the last chunk
  std::uint64_t next_seq() const { return next_seq_; }  // its records' end; numbers only rise
  std::uint64_t cut_seq() const { return cut_seq_; }    // highest end in headers whose payload isn't all there

 private:
  std::optional<ChunkHeader> header_at(std::uint64_t offset, std::uint64_t limit);
  std::uint64_t search(std::uint64_t from, std::uint64_t limit);

  FileWindow& window_;
  std::uint32_t tag_;
  std::uint64_t at_ = segment_header_bytes;
  std::uint64_t next_seq_;
  std::uint64_t cut_seq_ = 0;
};

}  // namespace towline::stream::disk
