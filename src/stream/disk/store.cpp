#include "stream/disk/store.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <utility>

#include "base/diagnostics.hpp"
#include "stream/disk/keepers.hpp"
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

struct Store::Parts final : disk::Keeper {
  Parts(Options given, FileSystem& files, const Clock& the_clock)
      : options(std::move(given)), clock(the_clock), folder{files, options.durability}, quota(options.max_size) {
    if (options.keep > Duration::zero()) keepers().add(*this);
  }
  ~Parts() override { keepers().remove(*this); }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  Options options;
  disk::Keepers itself;
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
  std::atomic<std::uint64_t> kept{0};  // cost of the segments that are kept
  std::mutex checkpointing;            // two threads may find that the folder is gone

  int recover(Random& random) {
    disk::Recovery recovery({options.name, folder, quota, quarantine, identity, checkpoints, table});
    if (const int error = recovery.run(random); error != 0) return error;
    present = recovery.take_present();
    next_seq = recovery.next_seq();
    uuid = disk::to_hex(identity.uuid());
    epoch = random.next();
    writer.emplace(disk::LogWriter::Options{options.name, identity.uuid(), epoch, segment_bytes_of(options)}, folder,
                   quota, table, quarantine, [this] {
                     const std::lock_guard lock(checkpointing);
                     return restore();
                   });
    return 0;
  }

  // A clock that was wrong must not keep a file for ever, so what comes from the future has an age, too.
  bool is_young(const disk::SegmentFile& file) const {
    const WallTime now = clock.wall_now();
    return (now > file.newest ? now - file.newest : file.newest - now) < options.keep;
  }

  disk::Keepers& keepers() { return options.keepers != nullptr ? *options.keepers : itself; }

  std::optional<WallTime> oldest_kept() const override {
    const std::optional<disk::SegmentFile> file = table.first_kept();
    return file ? std::optional(file->newest) : std::nullopt;
  }

  std::uint64_t remove_oldest_kept() override {
    const std::optional<disk::SegmentFile> file = table.first_kept();
    if (!file || !remove(*file)) return 0;
    kept -= file->cost;
    return file->cost;
  }

  // False: it is still there, and the next release tries again.
  bool remove(const disk::SegmentFile& file) {
    const int error = folder.files.remove(disk::segment_name(file.first_seq));
    if (error != 0 && error != ENOENT) return false;
    table.remove(file.first_seq);
    quota.discharge(disk::Quota::Part::segments, file.cost);
    return true;
  }

  // What is kept makes way, the oldest first, until there is so much room.
  void make_room(std::uint64_t bytes) {
    while (kept > 0 && quota.room(disk::Quota::Part::segments) < bytes && remove_oldest_kept() > 0) {
    }
  }

  int save(std::string_view sink, const CursorState& state) {
    const std::lock_guard lock(checkpointing);
    int error = checkpoints.save(sink, state, identity.uuid());
    if (error == ENOENT && restore() == 0) error = checkpoints.save(sink, state, identity.uuid());
    return error;
  }

  // Somebody has deleted the folder, and nobody has made it again.
  int restore() {
    disk::Handle file;
    if (folder.open(disk::identity_file, file) == 0) return 0;
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

// Whose cursor was lost needs everything that is stored.
std::uint64_t Store::first_needed() const {
  return keeps() ? parts_->checkpoints.least_mark() : 0;
}

const std::string& Store::uuid() const {
  return parts_->uuid;
}

std::uint64_t Store::epoch() const {
  return parts_->epoch;
}

// What is kept leaves an eighth free, and a whole segment at least: a segment that gets what little is left would be a
// small one, checkpoints need room, and what comes before the next release must not have to wait for it.
Store::Committed Store::commit(std::span<const ChunkPtr> chunks) {
  const std::uint64_t segment = disk::Quota::cost(segment_bytes_of(parts_->options)) + new_file_overhead;
  parts_->make_room(std::max(segment, parts_->options.max_size / 8));
  parts_->keepers().make_way(parts_->folder.files);
  Committed done = parts_->writer->commit(chunks);
  while (done.error == ENOSPC && parts_->kept > 0) {
    const std::uint64_t kept = parts_->kept;
    parts_->make_room(parts_->quota.room(disk::Quota::Part::segments) + 1);  // one more file
    if (parts_->kept == kept) break;
    while (!chunks.empty() && chunks.front()->end_seq() <= done.end) chunks = chunks.subspan(1);
    const Committed rest = parts_->writer->commit(chunks);
    done = {std::max(done.end, rest.end), rest.error};
  }
  return done;
}

bool Store::save(std::string_view sink, const CursorState& state) {
  const int error = parts_->save(sink, state);
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
    const bool keep = parts_->is_young(file);
    if (keep && !file.kept) {
      parts_->table.set_kept(file.first_seq, true);
      parts_->kept += file.cost;
    }
    if (!keep && parts_->remove(file) && file.kept) parts_->kept -= file.cost;
  }
  parts_->keepers().make_way(parts_->folder.files);
}

bool Store::keeps() const {
  return parts_->options.keep > Duration::zero();
}

std::uint64_t Store::disk_bytes() const {
  return parts_->quota.used();
}

std::uint64_t Store::kept_bytes() const {
  return parts_->kept;
}

std::uint64_t Store::quota_left() const {
  const std::uint64_t room = parts_->quota.room(disk::Quota::Part::segments) + parts_->kept;
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
