#include "stream/disk/keepers.hpp"

#include <algorithm>

#include "base/diagnostics.hpp"

namespace towline::stream::disk {

std::uint64_t Keepers::free_wanted(std::uint64_t disk_size) {
  return std::min(disk_size / 16, free_max);
}

void Keepers::remove(Keeper& keeper) {
  std::erase(keepers_, &keeper);
}

// What a removed file had is added up here: some file systems give it back later, and the rest need not go for that.
void Keepers::make_way(FileSystem& disk) {
  FileSystem::Space space;
  if (keepers_.empty() || disk.space(space) != 0) return;
  const std::uint64_t wanted = free_wanted(space.size);
  if (space.free >= wanted) return;
  std::vector<Keeper*> asked = keepers_;
  Keeper* oldest = keeper_of_oldest(asked);
  if (oldest == nullptr) return;
  diagnostics::warn("stream.keep_shortened", "The disk is nearly full: what is kept goes before its time",
                    {{"free_bytes", space.free}, {"wanted_bytes", wanted}});
  while (oldest != nullptr && space.free < wanted) {
    const std::uint64_t freed = oldest->remove_oldest_kept();
    if (freed == 0) std::erase(asked, oldest);  // its file can't be removed; the others' can
    space.free += freed;
    oldest = keeper_of_oldest(asked);
  }
}

Keeper* Keepers::keeper_of_oldest(const std::vector<Keeper*>& keepers) {
  Keeper* found = nullptr;
  std::optional<WallTime> oldest;
  for (Keeper* keeper : keepers) {
    const std::optional<WallTime> received = keeper->oldest_kept();
    if (!received || (oldest && *oldest <= *received)) continue;
    oldest = received;
    found = keeper;
  }
  return found;
}

}  // namespace towline::stream::disk
