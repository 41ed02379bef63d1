// A stream's folder on disk: segment files that hold chunks, and one checkpoint file a cursor. docs/stream-format.md is
// the format. No thread and no system call in here: files are reached through the FileSystem seam.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/file_system.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "record/chunk.hpp"
#include "stream/cursor_state.hpp"

namespace towline::stream {

namespace disk {
class Keepers;
}

// What an acknowledged chunk survives.
enum class Durability : std::uint8_t {
  power,    // a power cut: it is synced to the disk first
  process,  // the death of the process, not of the machine
};

using ChunkPtr = std::shared_ptr<const record::Chunk>;

class Store {
 public:
  struct Options {
    std::string name;             // of the stream, for log lines
    std::uint64_t max_size;       // bytes on disk, everything in the folder counted; >= 1 MiB
    std::uint64_t segment_bytes;  // a segment file is closed at this size; a larger chunk gets its own
    Durability durability = Durability::power;
    // What no cursor needs any more is kept until it was received that long ago (whole segment files), or until there
    // is no room for what is new. Zero: it goes at once.
    Duration keep = Duration::zero();
    // The streams that are kept on the same disk, which make way for each other and for everything else; null: this
    // stream's files make way alone. Outlives the store; its stores share a thread.
    disk::Keepers* keepers = nullptr;
  };

  // Takes the folder as it is, whatever is in it: damaged parts go to quarantine (bad/), are counted and logged.
  // Errors: another process has it (its pid is named); the folder can't be made or read.
  // Everything referred to outlives the store.
  static Result<std::unique_ptr<Store>> open(Options options, FileSystem& files, Random& random, const Clock& clock);
  ~Store();

  // --- what was found; after open() ---
  std::uint64_t next_seq() const;                                  // number of the next record
  std::vector<Range> present() const;                              // records that are stored, ascending, coalesced
  std::optional<CursorState> cursor(std::string_view sink) const;  // nullopt: it has none here yet, or none readable
  // Where a sink without a cursor begins; below it there may be records that are kept though nobody needs them.
  std::uint64_t first_needed() const;
  const std::string& uuid() const;  // 32 hex digits, of the stream, for ever
  std::uint64_t epoch() const;      // random, of this run

  // --- the storage thread ---

  struct Committed {
    std::uint64_t end = 0;  // every chunk given below this number is durable now; 0: none of them
    int error = 0;          // why the rest is not: 0 when all are, ENOSPC also when max_size forbids it now. EFBIG: the
                    // first chunk of the rest can never fit; leave it out (it lives in memory only), or all wait
  };
  // Appends and syncs; the chunks follow each other and what was committed before, gaps allowed. What isn't durable
  // yet is given again by the next call.
  Committed commit(std::span<const ChunkPtr> chunks);

  // Writes the cursor's checkpoint and syncs it. False: it couldn't; the last one is still good. Also on another
  // thread, one call at a time, while this one commits and releases.
  bool save(std::string_view sink, const CursorState& state);

  // Is anything kept? Then release() is worth a call from time to time.
  bool keeps() const;

  // How many syncs of segment files have failed since open(); one that a new file made good shows only here.
  std::uint64_t sync_errors() const;

  // Removes every closed segment file of which `needed(range)` says that nobody needs it, unless it is to be kept. It
  // is asked by checkpoints that are durable.
  void release(const std::function<bool(Range)>& needed);

  // --- any thread ---
  std::uint64_t disk_bytes() const;  // allocated, of everything in the folder; <= max_size
  std::uint64_t kept_bytes() const;  // of these, what is kept though no cursor needs it
  std::uint64_t quota_left() const;  // bytes of chunks that still fit; what is kept makes way for them
  // Oldest segment files come first; the one that is written now is the last.
  struct SegmentInfo {
    Range range;
    std::uint64_t bytes = 0;
  };
  std::vector<SegmentInfo> segments() const;

  // Reads chunks in order; each cursor has its own, used on one thread. It may outlive the segment files it reads,
  // not the store.
  class Reader {
   public:
    virtual ~Reader() = default;
    struct Found {
      std::shared_ptr<record::Chunk> chunk;  // that holds `seq`, or the first one behind it; null: none, or damaged
      Range damaged{};                       // not empty: these can't be read; go on behind them
      bool try_again = false;                // they are there and can't be read for now; nothing is known of them
    };
    // `oldest` of the chunk is now minus its age by the wall clock, never in the future.
    virtual Found read(std::uint64_t seq) = 0;
  };
  std::unique_ptr<Reader> reader();

 private:
  struct Parts;
  explicit Store(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace towline::stream
