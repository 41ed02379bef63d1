#include "stream/disk/store.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/diagnostics.hpp"
#include "stream/disk/log_writer.hpp"
#include "stream/disk/recovery.hpp"
#include "stream/disk/segment_reader.hpp"

namespace towline::stream {

namespace {

constexpr std::uint64_t segment_bytes_min = 16 * 1024;
constexpr std::uint64_t new_file_overhead = 2 * 4096;

// Small against max_size, so that what is settled can be given back in small pieces.
std::uint64_t segment_bytes_of(const Store::Options& options) {
  return std::max(segment_bytes_min, std::min(options.segment_bytes, options.max_size / 16));
}

Error cannot_use(const std::string& stream, int error, int holder) {
  const std::string begin = "the folder of the stream " + stream;
  if (error != EWOULDBLOCK) return {begin + " can't be used: " + std::generic_category().message(error)};
  return {begin + " is in use by " + (holder == 0 ? "another process" : "process " + std::to_string(holder))};
}

}  // namespace

struct Store::Parts {
  Parts(Options given, FileSystem& files, const Clock& the_clock)
      : options(std::move(given)), clock(the_clock), folder{files, options.durability}, quota(options.max_size) {}

  Options options;
  const Clock& clock;
  disk::Folder folder;
  disk::Quota quota;
  disk::SegmentTable table;
  disk::Quarantine quarantine{folder, quota, options.name};
  disk::Identity identity{folder, quota};
  disk::Checkpoints checkpoints{folder, quota, options.name};

  std::string uuid;
  std::uint64_t epoch = 0;
  std::uint64_t next_seq = 0;
  std::vector<Range> present;
  std::optional<disk::LogWriter> writer;

  int recover(Random& random) {
    disk::Recovery recovery({options.name, folder, quota, quarantine, identity, checkpoints, table});
    if (const int error = recovery.run(random); error != 0) return error;
    present = recovery.take_present();
    next_seq = recovery.next_seq();
    uuid = disk::to_hex(identity.uuid());
    epoch = random.next();
    writer.emplace(disk::LogWriter::Options{options.name, identity.uuid(), epoch, segment_bytes_of(options)}, folder,
                   quota, table, quarantine, [this] { return restore(); });
    return 0;
  }

  // Somebody has deleted the folder.
  int restore() {
    int holder = 0;
    if (const int error = folder.take(holder); error != 0) return error;
    quota.forget_all_but_segments();
    quarantine.forget();
    diagnostics::warn("stream.folder_made", "the stream's folder was gone and has been made anew",
                      {{"stream", options.name}});
    return identity.save();
  }
};

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::~Store() {
  // From now on records that are missing at the end of the log are noticed.
  const std::vector<disk::SegmentFile> files = parts_->table.all();
  if (!files.empty()) parts_->identity.raise_least_seq(files.back().range.end);
}

Result<std::unique_ptr<Store>> Store::open(Options options, FileSystem& files, Random& random, const Clock& clock) {
  auto parts = std::make_unique<Parts>(std::move(options), files, clock);
  int holder = 0;
  int error = parts->folder.take(holder);
  if (error == 0) error = parts->recover(random);
  if (error != 0) return cannot_use(parts->options.name, error, holder);
  return std::unique_ptr<Store>(new Store(std::move(parts)));
}

std::uint64_t Store::next_seq() const {
  return parts_->next_seq;
}

std::vector<Range> Store::present() const {
  return parts_->present;
}

std::optional<CursorState> Store::cursor(std::string_view sink) const {
  return parts_->checkpoints.state(sink);
}

const std::string& Store::uuid() const {
  return parts_->uuid;
}

std::uint64_t Store::epoch() const {
  return parts_->epoch;
}

Store::Committed Store::commit(std::span<const ChunkPtr> chunks) {
  return parts_->writer->commit(chunks);
}

bool Store::save(std::string_view sink, const CursorState& state) {
  const disk::Uuid& uuid = parts_->identity.uuid();
  int error = parts_->checkpoints.save(sink, state, uuid);
  if (error == ENOENT && parts_->restore() == 0) error = parts_->checkpoints.save(sink, state, uuid);
  if (error == 0) return true;
  diagnostics::warn(
      "stream.checkpoint_failed", "a checkpoint can't be written; the last one stays good",
      {{"stream", parts_->options.name}, {"sink", sink}, {"error", std::generic_category().message(error)}});
  return false;
}

std::uint64_t Store::sync_errors() const {
  return parts_->writer->sync_errors();
}

// The names' removal needn't be durable: a file that comes back lies below every checkpoint.
void Store::release(const std::function<bool(Range)>& needed) {
  for (const disk::SegmentFile& file : parts_->table.all()) {
    if (!file.closed || needed(file.range)) continue;
    const int error = parts_->folder.files.remove(disk::segment_name(file.first_seq));
    if (error != 0 && error != ENOENT) continue;  // the next release tries again
    parts_->table.remove(file.first_seq);
    parts_->quota.discharge(disk::Quota::Part::segments, file.cost);
  }
}

std::uint64_t Store::disk_bytes() const {
  return parts_->quota.used();
}

std::uint64_t Store::quota_left() const {
  const std::uint64_t room = parts_->quota.room(disk::Quota::Part::segments);
  return parts_->writer->room() + (room > new_file_overhead ? room - new_file_overhead : 0);
}

std::vector<Store::SegmentInfo> Store::segments() const {
  std::vector<SegmentInfo> infos;
  for (const disk::SegmentFile& file : parts_->table.all()) infos.push_back({file.range, file.bytes});
  return infos;
}

std::unique_ptr<Store::Reader> Store::reader() {
  return std::make_unique<disk::SegmentReader>(parts_->options.name, parts_->folder, parts_->table, parts_->clock,
                                               disk::tag_of(parts_->identity.uuid()));
}

}  // namespace towline::stream
