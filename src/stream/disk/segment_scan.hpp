// What is in one segment file: how much of it counts, which records it holds, where its torn tail begins.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stream/disk/folder.hpp"
#include "stream/disk/segment_format.hpp"

namespace towline::stream::disk {

struct SegmentScan {
  std::uint64_t first_seq = 0;   // its name
  std::uint64_t file_bytes = 0;  // its size as it was found
  bool has_header = false;

  std::vector<Range> present;      // records that count, ascending, coalesced; damaged payloads count
  std::uint64_t good_bytes = 0;    // behind the last chunk that counts
  WallTime newest{};               // when that one was received
  std::uint64_t tail_end_seq = 0;  // behind the highest number in a header of the torn tail; 0: none
  std::uint64_t damaged_chunks = 0;
  std::uint64_t damaged_records = 0;
  bool has_unreadable_bytes = false;  // somewhere in front of a good chunk

  std::uint64_t limit_seq = 0;  // set by recovery: from this number on, later files count

  bool is_empty() const { return present.empty(); }
  Range range() const {
    return is_empty() ? Range{first_seq, first_seq} : Range{present.front().begin, present.back().end};
  }
  bool has_tail() const { return good_bytes < file_bytes; }
  // As far as headers in the tail tell.
  std::uint64_t tail_records() const { return tail_end_seq > range().end ? tail_end_seq - range().end : 0; }
};

enum class SegmentKind : std::uint8_t { ours, headerless, foreign };
// Judges by the header of the file alone. `headerless` may still hold chunks of ours.
SegmentKind kind_of_segment(const Folder& folder, const Handle& file, std::uint64_t first_seq, const Uuid& uuid);

// Walks through the whole file and fills everything but the first three members. With `check_payloads` the chunks at
// the end whose payloads are bad are a torn tail; without, headers are enough.
void scan_segment(const Folder& folder, const Handle& file, std::uint32_t tag, bool check_payloads, SegmentScan& scan);

// Appends a range to ascending ones; merges it with the last where they touch.
void append_range(std::vector<Range>& ranges, Range range);

}  // namespace towline::stream::disk
