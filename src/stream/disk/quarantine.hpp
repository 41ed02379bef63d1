// bad/: what recovery could not use, kept for people to look at. At most an eighth of max_size, and only what max_size
// leaves; the oldest goes first.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "stream/disk/folder.hpp"
#include "stream/disk/quota.hpp"

namespace towline::stream::disk {

class Quarantine {
 public:
  Quarantine(const Folder& folder, Quota& quota, const std::string& stream)
      : folder_(folder), quota_(quota), stream_(stream) {}

  // What is there from earlier runs.
  void load();

  // Deletes what max_size has no room for (any more).
  void shrink();

  // bad/ is gone with the folder.
  void forget() { kept_.clear(); }

  // Moves a file out of the way; one that is too large for the quarantine is deleted. `cost` is what it was charged to
  // `part`. 0 or an errno; then it is still there and still charged.
  int move(const std::string& name, Quota::Part part, std::uint64_t cost);

  // Keeps a copy of a stretch of a file; without room for it, none. The copy isn't synced: the original is no loss.
  void copy(const std::string& name, const Handle& file, std::uint64_t offset, std::uint64_t bytes);

 private:
  struct Kept {
    std::string name;
    std::uint64_t cost = 0;
  };

  bool make_room(std::uint64_t cost);
  bool remove_oldest();
  std::string new_name(std::string_view name);

  const Folder& folder_;
  Quota& quota_;
  const std::string& stream_;
  std::deque<Kept> kept_;  // oldest first
  std::uint64_t number_ = 0;
};

}  // namespace towline::stream::disk
