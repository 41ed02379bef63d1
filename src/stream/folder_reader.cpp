#include "stream/folder_reader.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "stream/disk/chunk_scanner.hpp"
#include "stream/disk/folder.hpp"
#include "stream/disk/identity.hpp"
#include "stream/disk/segment_scan.hpp"

namespace towline::stream {

namespace {

constexpr std::size_t window_bytes = 64 * 1024;

}  // namespace

struct FolderReader::Parts {
  Parts(FileSystem& the_files, WallTime the_since)
      : folder{the_files, Durability::process}, since(the_since), window(the_files, window_bytes) {}

  const disk::Folder folder;
  const WallTime since;
  std::optional<disk::Uuid> uuid;
  disk::Handle file;                       // the segment that is read, or none yet
  std::uint64_t first_seq = 0;             // its name
  std::optional<std::uint64_t> following;  // the next segment's: nothing is appended to this one any more
  disk::FileWindow window;
  std::optional<disk::ChunkScanner> scanner;
  std::uint64_t next_seq = 0;  // lower ones were given
  std::uint64_t damaged = 0;

  bool know_uuid() {
    if (uuid) return true;
    const disk::Slots slots = disk::read_slots(folder, disk::identity_file);
    if (slots.newest) uuid = slots.newest->uuid;
    return uuid.has_value();
  }

  // The lowest name of a segment that is above `seq`, or `seq` itself.
  std::optional<std::uint64_t> segment_from(std::uint64_t seq) const {
    std::vector<std::string> names;
    std::optional<std::uint64_t> lowest;
    if (folder.files.list({}, names) != 0) return lowest;
    for (const std::string& name : names) {
      const std::optional<std::uint64_t> number = disk::first_seq_of(name);
      if (number && *number >= seq) lowest = std::min(lowest.value_or(*number), *number);
    }
    return lowest;
  }

  // False: there is no segment from this number on.
  bool open_from(std::uint64_t seq) {
    for (std::optional<std::uint64_t> number = segment_from(seq); number; number = segment_from(*number + 1)) {
      disk::Handle opened;
      if (folder.open(disk::segment_name(*number), opened) != 0) continue;  // it has gone, or can't be read
      if (disk::kind_of_segment(folder, opened, *number, *uuid) == disk::SegmentKind::foreign) continue;
      file = std::move(opened);
      first_seq = *number;
      following = segment_from(first_seq + 1);
      window.set_file(file.file());
      scanner.emplace(window, disk::tag_of(*uuid), first_seq);
      return true;
    }
    return false;
  }

  // In the open segment. What a later one has, too, was written again there.
  std::optional<disk::ChunkScanner::Located> next_in_file() {
    std::uint64_t bytes = 0;
    if (folder.files.size(file.file(), bytes) != 0) return std::nullopt;
    while (const std::optional<disk::ChunkScanner::Located> located = scanner->next(bytes)) {
      if (following && located->header.first_seq >= *following) return std::nullopt;
      if (located->header.range().end > next_seq) return located;
    }
    return std::nullopt;
  }

  // The file is looked through once more after it is known that it is closed.
  std::optional<disk::ChunkScanner::Located> locate() {
    for (;;) {
      if (const std::optional<disk::ChunkScanner::Located> located = next_in_file()) return located;
      if (following) {
        if (!open_from(first_seq + 1)) return std::nullopt;
        continue;
      }
      following = segment_from(first_seq + 1);
      if (!following) return std::nullopt;
    }
  }

  std::optional<record::Chunk> next() {
    if (!know_uuid() || (!file && !open_from(0))) return std::nullopt;
    while (const std::optional<disk::ChunkScanner::Located> located = locate()) {
      next_seq = located->header.range().end;
      if (WallTime(std::chrono::nanoseconds(located->header.received_ns)) < since) continue;
      std::string payload;
      record::Chunk chunk;
      if (window.read(located->payload_offset(), located->header.payload_bytes, payload) == 0 &&
          decode_chunk(located->header, std::move(payload), chunk))
        return chunk;
      ++damaged;
    }
    return std::nullopt;
  }
};

FolderReader::FolderReader(FileSystem& files, WallTime since) : parts_(std::make_unique<Parts>(files, since)) {}
FolderReader::~FolderReader() = default;

std::optional<record::Chunk> FolderReader::next() {
  return parts_->next();
}

std::uint64_t FolderReader::damaged() const {
  return parts_->damaged;
}

}  // namespace towline::stream
