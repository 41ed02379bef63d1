// Reads chunks back, in order, by record numbers. What is damaged is told as a range and passed; what can't be read
// only now (no descriptors, no permission) is asked for again later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "stream/disk/chunk_scanner.hpp"
#include "stream/disk/folder.hpp"
#include "stream/disk/segment_table.hpp"

namespace towline::stream::disk {

class SegmentReader final : public Store::Reader {
 public:
  SegmentReader(const std::string& stream, const Folder& folder, const SegmentTable& table, const Clock& clock,
                std::uint32_t tag);

  Found read(std::uint64_t seq) override;

 private:
  int go_to(const SegmentFile& segment, std::uint64_t seq);
  Found read_in(const SegmentFile& segment, std::uint64_t seq);
  std::optional<ChunkScanner::Located> next(const SegmentFile& segment);
  Found read_chunk(const ChunkScanner::Located& located, std::uint64_t seq);
  Found damaged(Range range) const;

  const std::string& stream_;
  const Folder& folder_;
  const SegmentTable& table_;
  const Clock& clock_;
  std::uint32_t tag_;

  Handle file_;
  std::uint64_t first_seq_ = 0;  // the name of the open file
  FileWindow window_;
  std::optional<ChunkScanner> scanner_;
  std::optional<ChunkScanner::Located> again_;  // found, and to be looked at once more
  std::optional<ChunkScanner::Located> last_;   // what was read last
  std::uint64_t passed_ = 0;                    // lower numbers need a new start at the top of the file
};

}  // namespace towline::stream::disk
