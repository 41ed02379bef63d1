// Which segment files there are, what they hold and how far they may be read. The storage thread changes it, readers
// look things up; nobody holds its lock while reading or writing a file.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "stream/cursor_state.hpp"

namespace towline::stream::disk {

struct SegmentFile {
  std::uint64_t first_seq = 0;  // its name
  Range range;                  // of the records in it that count; empty: none
  std::uint64_t bytes = 0;      // readable from the start of the file
  std::uint64_t cost = 0;       // charged to the quota
  bool closed = true;           // nothing is written to it any more
  WallTime newest{};            // when the last chunk that counts was received
  bool kept = false;            // no cursor needs it: it is there to be looked at, until its room is needed
};

class SegmentTable {
 public:
  // Behind all others by number.
  void add(const SegmentFile& file);
  // The last file: more of it may be read, or it is closed.
  void update_last(const SegmentFile& file);
  void remove(std::uint64_t first_seq);
  void set_kept(std::uint64_t first_seq, bool kept);

  std::vector<SegmentFile> all() const;
  // The first file that has record `seq` or a later one.
  std::optional<SegmentFile> find(std::uint64_t seq) const;
  // The oldest file that no cursor needs.
  std::optional<SegmentFile> first_kept() const;
  bool contains(std::uint64_t first_seq) const;

 private:
  mutable std::mutex mutex_;
  std::vector<SegmentFile> files_;  // ascending
};

}  // namespace towline::stream::disk
