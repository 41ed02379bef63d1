// What the streams of one data directory keep though no cursor needs it, seen together: it takes no room on the disk
// from what is needed, be that other streams, dead letters, or the files of other programs.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/file_system.hpp"

namespace towline::stream::disk {

// A stream that may keep segment files.
class Keeper {
 public:
  virtual ~Keeper() = default;
  // When the last record of its oldest kept file was received; nullopt: it keeps none.
  virtual std::optional<WallTime> oldest_kept() const = 0;
  // Removes that file. Answers the bytes that it had on the disk; 0: it is still there.
  virtual std::uint64_t remove_oldest_kept() = 0;
};

// Used by the storage thread, and by who opens and destroys streams while there is none.
class Keepers {
 public:
  // So much of the disk is left free: a sixteenth, and no more than that many bytes.
  static constexpr std::uint64_t free_max = 128 * 1024 * 1024;
  static std::uint64_t free_wanted(std::uint64_t disk_size);

  // Until remove().
  void add(Keeper& keeper) { keepers_.push_back(&keeper); }
  void remove(Keeper& keeper);

  // While too little is free, the oldest file goes, whichever stream keeps it. `disk` is where they all are; where its
  // space isn't known, nothing is done.
  void make_way(FileSystem& disk);

 private:
  static Keeper* keeper_of_oldest(const std::vector<Keeper*>& keepers);

  std::vector<Keeper*> keepers_;
};

}  // namespace towline::stream::disk
