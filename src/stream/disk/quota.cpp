#include "stream/disk/quota.hpp"

#include <algorithm>

namespace towline::stream::disk {

namespace {

constexpr std::uint64_t block = 4096;
constexpr std::uint64_t folders = 2 * 2 * block;  // the folder and bad/: more names are paid for by their files
constexpr std::uint64_t blocks_without_map = 4;   // as many stretches find room in ext4's inode
constexpr std::uint64_t checkpoints_max = 512 * 1024;

std::uint64_t minus(std::uint64_t a, std::uint64_t b) {
  return a - std::min(a, b);
}

}  // namespace

Quota::Quota(std::uint64_t max_size) : max_size_(max_size) {
  charge(Part::other, folders);
}

std::uint64_t Quota::cost(std::uint64_t bytes) {
  const std::uint64_t blocks = (bytes + block - 1) / block;
  return (blocks > blocks_without_map ? blocks + 1 : blocks) * block;
}

void Quota::forget_all_but_segments() {
  of(Part::cursors) = 0;
  of(Part::quarantine) = 0;
  of(Part::other) = folders;
}

std::uint64_t Quota::used() const {
  std::uint64_t sum = 0;
  for (const auto& part : parts_) sum += part;
  return sum;
}

std::uint64_t Quota::room(Part part) const {
  const std::uint64_t left = minus(max_size_, used());
  if (part != Part::segments) return left;
  const std::uint64_t for_checkpoints = std::min(max_size_ / 16, checkpoints_max);
  return minus(left, minus(for_checkpoints, used(Part::cursors)));
}

}  // namespace towline::stream::disk
