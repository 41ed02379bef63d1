// What the folder takes on the disk, as `du` would say, and what max_size leaves. Counted here before it is taken, so
// that the folder is never larger than allowed. Never too low; a little too high where a file system needs less.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace towline::stream::disk {

class Quota {
 public:
  enum class Part : std::uint8_t { segments, cursors, quarantine, other };

  explicit Quota(std::uint64_t max_size);

  // What a file of that many bytes costs: its blocks, and one for the map of them and its place in the folder.
  static std::uint64_t cost(std::uint64_t bytes);

  // Without a limit: for what is there already.
  void charge(Part part, std::uint64_t bytes) { of(part) += bytes; }
  void discharge(Part part, std::uint64_t bytes) { of(part) -= bytes; }
  // Somebody has deleted the folder. Segments stay charged until they are released.
  void forget_all_but_segments();

  std::uint64_t used() const;
  std::uint64_t used(Part part) const { return parts_[static_cast<std::size_t>(part)]; }
  std::uint64_t max_size() const { return max_size_; }
  // What may still be charged to a part now. Segments leave room for the checkpoints: with a full disk it is
  // checkpoints that make room.
  std::uint64_t room(Part part) const;
  // What segments could have if there were none.
  std::uint64_t room_for_all_segments() const { return room(Part::segments) + used(Part::segments); }

 private:
  std::atomic<std::uint64_t>& of(Part part) { return parts_[static_cast<std::size_t>(part)]; }

  std::uint64_t max_size_;
  std::array<std::atomic<std::uint64_t>, 4> parts_{};  // each charged by one thread at a time
};

}  // namespace towline::stream::disk
