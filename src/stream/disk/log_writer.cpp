#include "stream/disk/log_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/check.hpp"
#include "base/diagnostics.hpp"

namespace towline::stream::disk {

namespace {

constexpr std::uint64_t block = 4096;
constexpr std::size_t gather_max = 256 * 1024;

// Gathers what goes into a file, so that many small chunks are one write.
class Gather {
 public:
  Gather(FileSystem& files, FileSystem::File file, std::uint64_t offset)
      : files_(files), file_(file), offset_(offset) {}

  void add(std::string_view bytes) {
    if (buffer_.size() + bytes.size() > gather_max) flush();
    if (bytes.size() > gather_max)
      write(bytes);
    else
      buffer_ += bytes;
  }
  void pad() {
    const std::uint64_t end = offset_ + buffer_.size();
    buffer_.append(static_cast<std::size_t>((alignment - end % alignment) % alignment), '\0');
  }
  // 0 or the first error.
  int flush() {
    write(buffer_);
    buffer_.clear();
    return error_;
  }

 private:
  void write(std::string_view bytes) {
    if (error_ == 0 && !bytes.empty()) error_ = files_.write(file_, offset_, bytes);
    offset_ += bytes.size();
  }

  FileSystem& files_;
  FileSystem::File file_;
  std::uint64_t offset_;
  std::string buffer_;
  int error_ = 0;
};

std::uint64_t bytes_needed(const record::Chunk& chunk) {
  return segment_header_bytes + bytes_stored(chunk);
}

bool another_file_may_help(int error) {
  return error != 0 && error != ENOSPC && error != EFBIG && error != EROFS;
}

}  // namespace

LogWriter::LogWriter(Options options, const Folder& folder, Quota& quota, SegmentTable& table, Quarantine& quarantine,
                     std::function<int()> restore)
    : options_(std::move(options)),
      folder_(folder),
      quota_(quota),
      table_(table),
      quarantine_(quarantine),
      restore_(std::move(restore)) {}

Store::Committed LogWriter::commit(std::span<const ChunkPtr> chunks) {
  Store::Committed done;
  if (is_gone()) close();
  while (!chunks.empty()) {
    std::size_t taken = 0;
    int error = write_group(chunks, taken);
    if (another_file_may_help(error)) {
      if (error != ENOENT || (error = restore_()) == 0) error = write_group(chunks, taken);
    }
    if (error != 0) {
      done.error = error == EDQUOT ? ENOSPC : error;
      return done;
    }
    done.end = chunks[taken - 1]->end_seq();
    chunks = chunks.subspan(taken);
  }
  return done;
}

// Makes as many chunks durable as the open file, or a new one, takes.
int LogWriter::write_group(std::span<const ChunkPtr> chunks, std::size_t& taken) {
  if (file_ && written_ + bytes_stored(*chunks.front()) > capacity_) close();
  if (!file_)
    if (const int error = open_for(*chunks.front()); error != 0) return error;
  int error = append(chunks, taken);
  if (error == 0) error = make_durable();
  if (error == 0) {
    publish(*chunks[taken - 1]);
    return 0;
  }
  diagnostics::warn("stream.segment_abandoned", "a segment file failed and is not written any more",
                    {{"stream", options_.stream},
                     {"file", segment_name(segment_.first_seq)},
                     {"error", std::generic_category().message(error)}});
  close();
  return error;
}

// What the quota leaves may be less than a whole segment: it is used all the same, as long as the chunk fits.
int LogWriter::open_for(const record::Chunk& first) {
  const std::uint64_t need = bytes_needed(first);
  const std::uint64_t room = quota_.room(Quota::Part::segments);
  if (Quota::cost(need) > room) return Quota::cost(need) > quota_.room_for_all_segments() ? EFBIG : ENOSPC;
  segment_ = {first.first_seq, {first.first_seq, first.first_seq}, 0, 0, false};
  written_ = 0;
  if (const int error = create(segment_name(first.first_seq)); error != 0) return error;
  const std::uint64_t most = room / block * block - block;  // one block is for the map
  int error = reserve(std::max(need, std::min(options_.segment_bytes, most)));
  if (error == ENOSPC) error = reserve(need);
  if (error != 0) close();
  return error;
}

int LogWriter::create(const std::string& name) {
  int error = folder_.create(name, file_);
  if (error != EEXIST) return error;
  // Recovery did not take it for a part of the log, or it has appeared since.
  Handle old;
  std::uint64_t bytes = 0;
  if (folder_.open(name, old) == 0) folder_.files.size(old.file(), bytes);
  old.close();
  quota_.charge(Quota::Part::segments, Quota::cost(bytes));
  error = quarantine_.move(name, Quota::Part::segments, Quota::cost(bytes));
  if (error != 0) quota_.discharge(Quota::Part::segments, Quota::cost(bytes));
  return error != 0 ? error : folder_.create(name, file_);
}

// Takes the blocks up front: a full disk shows here, and not in the middle of a chunk.
int LogWriter::reserve(std::uint64_t capacity) {
  const std::uint64_t cost = Quota::cost(capacity);
  quota_.charge(Quota::Part::segments, cost);
  const int error = folder_.files.allocate(file_.file(), capacity);
  if (error != 0 && error != EOPNOTSUPP) {
    quota_.discharge(Quota::Part::segments, cost);
    return error;
  }
  segment_.cost = cost;
  capacity_ = capacity;
  return 0;
}

int LogWriter::append(std::span<const ChunkPtr> chunks, std::size_t& taken) {
  Gather gather(folder_.files, file_.file(), written_);
  if (written_ == 0) {
    gather.add(encode(SegmentHeader{options_.uuid, segment_.first_seq, options_.epoch}));
    written_ = segment_header_bytes;
  }
  const std::uint32_t tag = tag_of(options_.uuid);
  for (taken = 0; taken < chunks.size(); ++taken) {
    const record::Chunk& chunk = *chunks[taken];
    const ChunkHeader header = header_of(chunk);
    if (written_ + header.bytes_stored() > capacity_) break;
    CHECK(chunk.records > 0 && chunk.first_seq >= (taken == 0 ? segment_.range.end : chunks[taken - 1]->end_seq()));
    gather.add(encode(header, tag));
    gather.add(std::string_view(chunk.dead_letter_reason).substr(0, header.reason_bytes));
    gather.add(content_of(chunk));
    gather.pad();
    written_ += header.bytes_stored();
  }
  return gather.flush();
}

int LogWriter::make_durable() {
  int error = folder_.sync(file_);
  if (error == 0 && segment_.bytes == 0) error = folder_.sync_names();
  if (error != 0) ++sync_errors_;
  return error;
}

void LogWriter::publish(const record::Chunk& last) {
  const bool is_new = segment_.bytes == 0;
  segment_.range.end = last.end_seq();
  segment_.newest = last.received;
  segment_.bytes = written_;
  room_ = capacity_ - written_;
  if (is_new)
    table_.add(segment_);
  else
    table_.update_last(segment_);
}

// Gives back what was reserved and not used. A file without anything committed goes.
void LogWriter::close() {
  room_ = 0;
  if (!file_) return;
  if (segment_.bytes == 0) {
    file_.close();
    if (folder_.files.remove(segment_name(segment_.first_seq)) == 0)
      quota_.discharge(Quota::Part::segments, segment_.cost);
    return;
  }
  if (folder_.files.truncate(file_.file(), segment_.bytes) == 0) {
    const std::uint64_t cost = Quota::cost(segment_.bytes);
    quota_.discharge(Quota::Part::segments, segment_.cost - cost);
    segment_.cost = cost;
  }
  file_.close();
  segment_.closed = true;
  table_.update_last(segment_);
}

// Somebody has deleted the file, or the folder: what is written to it now would be gone with it.
bool LogWriter::is_gone() const {
  Handle probe;
  return file_ && folder_.open(segment_name(segment_.first_seq), probe) == ENOENT;
}

}  // namespace towline::stream::disk
