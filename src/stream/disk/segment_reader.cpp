#include "stream/disk/segment_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/diagnostics.hpp"

namespace towline::stream::disk {

namespace {

constexpr std::size_t window_bytes = 64 * 1024;

// Nothing that time or a person would mend.
bool is_lasting(int error) {
  return error == ENOENT || error == EIO || error == ELOOP || error == EINVAL || error == EISDIR;
}

// By the monotonic clock, when a record was received that long ago by the wall clock.
MonoTime received_at(const Clock& clock, WallTime received) {
  const WallTime now = clock.wall_now();
  const MonoTime mono = clock.now();
  // A clock that was wrong for a while must not overflow.
  const auto age = received < now && received.time_since_epoch().count() >= 0 ? now - received : Duration::zero();
  return mono - std::min<Duration>(age, mono.time_since_epoch());
}

}  // namespace

SegmentReader::SegmentReader(const std::string& stream, const Folder& folder, const SegmentTable& table,
                             const Clock& clock, std::uint32_t tag)
    : stream_(stream), folder_(folder), table_(table), clock_(clock), tag_(tag), window_(folder.files, window_bytes) {}

Store::Reader::Found SegmentReader::read(std::uint64_t seq) {
  for (;;) {
    const std::optional<SegmentFile> segment = table_.find(seq);
    if (!segment) {
      file_.close();  // it may be an old one, whose room on the disk others wait for
      return {};
    }
    const int error = go_to(*segment, seq);
    if (error == 0) return read_in(*segment, seq);
    if (error == ENOENT && !table_.contains(segment->first_seq)) continue;  // it was released since we looked
    diagnostics::warn("stream.read_failed", "a segment file can't be opened",
                      {{"stream", stream_},
                       {"file", segment_name(segment->first_seq)},
                       {"error", std::generic_category().message(error)}});
    if (!is_lasting(error)) {
      Found found;
      found.try_again = true;
      return found;
    }
    return damaged({std::max(seq, segment->range.begin), segment->range.end});
  }
}

int SegmentReader::go_to(const SegmentFile& segment, std::uint64_t seq) {
  const bool is_open = file_ && first_seq_ == segment.first_seq;
  if (is_open && seq >= passed_) return 0;
  if (is_open && last_ && seq >= last_->header.first_seq && scanner_->next_seq() == last_->header.range().end) {
    again_ = last_;
    return 0;
  }
  if (!is_open) {
    Handle file;
    if (const int error = folder_.open(segment_name(segment.first_seq), file); error != 0) return error;
    file_ = std::move(file);
    first_seq_ = segment.first_seq;
    window_.set_file(file_.file());
  }
  scanner_.emplace(window_, tag_, segment.first_seq);
  again_.reset();
  last_.reset();
  passed_ = 0;
  return 0;
}

Store::Reader::Found SegmentReader::read_in(const SegmentFile& segment, std::uint64_t seq) {
  seq = std::max(seq, segment.range.begin);
  bool behind_damage = false;
  while (const std::optional<ChunkScanner::Located> located = next(segment)) {
    const Range range = located->header.range();
    if (range.begin >= segment.range.end) break;  // written again in the next file
    if (range.end <= seq) {
      passed_ = range.end;
      behind_damage = false;
      continue;
    }
    behind_damage = behind_damage || located->behind_damage;
    if (behind_damage && range.begin > seq) {
      again_ = located;
      again_->behind_damage = false;
      passed_ = range.begin;
      return damaged({seq, range.begin});
    }
    passed_ = range.end;
    last_ = located;
    return read_chunk(*located, seq);
  }
  passed_ = segment.range.end;
  return damaged({seq, segment.range.end});
}

std::optional<ChunkScanner::Located> SegmentReader::next(const SegmentFile& segment) {
  if (again_) return std::exchange(again_, std::nullopt);
  return scanner_->next(segment.bytes);
}

Store::Reader::Found SegmentReader::read_chunk(const ChunkScanner::Located& located, std::uint64_t seq) {
  const ChunkHeader& header = located.header;
  std::string payload;
  const int error = window_.read(located.payload_offset(), header.payload_bytes, payload);
  Found found;
  found.chunk = std::make_shared<record::Chunk>();
  if (error != 0 || !decode_chunk(header, std::move(payload), *found.chunk))
    return damaged({std::max(seq, header.first_seq), header.range().end});
  found.chunk->oldest = received_at(clock_, found.chunk->received);
  return found;
}

Store::Reader::Found SegmentReader::damaged(Range range) const {
  diagnostics::error(
      "stream.damaged", "stored records can't be read and are passed over",
      {{"stream", stream_}, {"file", segment_name(first_seq_)}, {"first", range.begin}, {"records", range.size()}});
  Found found;
  found.damaged = range;
  return found;
}

}  // namespace towline::stream::disk
