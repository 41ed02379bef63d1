#include "stream/disk/segment_scan.hpp"

#include <algorithm>

#include "stream/disk/chunk_scanner.hpp"
#include "stream/disk/crc32c.hpp"

namespace towline::stream::disk {

namespace {

constexpr std::size_t window_bytes = 256 * 1024;

bool payload_is_good(FileWindow& window, const ChunkScanner::Located& located, std::uint64_t limit) {
  std::uint32_t crc = 0;
  std::uint64_t offset = located.payload_offset();
  for (std::uint64_t left = located.header.payload_bytes; left > 0;) {
    const std::size_t least = static_cast<std::size_t>(std::min<std::uint64_t>(left, window_bytes));
    const std::string_view piece = window.view(offset, least, limit).substr(0, least);
    if (piece.empty()) return false;
    crc = crc32c(piece, crc);
    offset += piece.size();
    left -= piece.size();
  }
  return crc == located.header.payload_crc;
}

// Chunks whose payload is bad count only once a good one follows.
struct Undecided {
  std::vector<Range> ranges;
  std::uint64_t chunks = 0;
  std::uint64_t records = 0;
  bool has_unreadable_bytes = false;
};

void accept(SegmentScan& scan, Undecided& undecided) {
  for (const Range range : undecided.ranges) append_range(scan.present, range);
  scan.damaged_chunks += undecided.chunks;
  scan.damaged_records += undecided.records;
  scan.has_unreadable_bytes = scan.has_unreadable_bytes || undecided.has_unreadable_bytes;
  undecided = {};
}

}  // namespace

void append_range(std::vector<Range>& ranges, Range range) {
  if (!ranges.empty() && ranges.back().end == range.begin)
    ranges.back().end = range.end;
  else
    ranges.push_back(range);
}

SegmentKind kind_of_segment(const Folder& folder, const Handle& file, std::uint64_t first_seq, const Uuid& uuid) {
  std::string bytes(segment_header_bytes, '\0');
  std::size_t got = 0;
  if (folder.files.read(file.file(), 0, bytes, got) != 0) return SegmentKind::headerless;
  const std::optional<SegmentHeader> header = decode_segment_header(std::string_view(bytes).substr(0, got));
  if (!header) return SegmentKind::headerless;
  return header->uuid == uuid && header->first_seq == first_seq ? SegmentKind::ours : SegmentKind::foreign;
}

void scan_segment(const Folder& folder, const Handle& file, std::uint32_t tag, bool check_payloads, SegmentScan& scan) {
  FileWindow window(folder.files, window_bytes);
  window.set_file(file.file());
  ChunkScanner scanner(window, tag, scan.first_seq);
  Undecided undecided;
  scan.good_bytes = std::min<std::uint64_t>(segment_header_bytes, scan.file_bytes);
  while (const std::optional<ChunkScanner::Located> located = scanner.next(scan.file_bytes)) {
    const Range range = located->header.range();
    undecided.has_unreadable_bytes = undecided.has_unreadable_bytes || located->behind_damage;
    if (check_payloads && !payload_is_good(window, *located, scan.file_bytes)) {
      append_range(undecided.ranges, range);
      ++undecided.chunks;
      undecided.records += range.size();
      continue;
    }
    accept(scan, undecided);
    append_range(scan.present, range);
    scan.good_bytes = std::min(scanner.at(), scan.file_bytes);  // the padding of the last chunk may be missing
    scan.newest = WallTime(std::chrono::nanoseconds(located->header.received_ns));
  }
  scan.tail_end_seq = scanner.cut_seq();
  if (!undecided.ranges.empty()) scan.tail_end_seq = std::max(scan.tail_end_seq, undecided.ranges.back().end);
}

}  // namespace towline::stream::disk
