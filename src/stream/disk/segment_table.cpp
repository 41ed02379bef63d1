#include "stream/disk/segment_table.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace towline::stream::disk {

void SegmentTable::add(const SegmentFile& file) {
  std::lock_guard lock(mutex_);
  CHECK(files_.empty() || files_.back().first_seq < file.first_seq);
  files_.push_back(file);
}

void SegmentTable::update_last(const SegmentFile& file) {
  std::lock_guard lock(mutex_);
  CHECK(!files_.empty() && files_.back().first_seq == file.first_seq);
  files_.back() = file;
}

void SegmentTable::remove(std::uint64_t first_seq) {
  std::lock_guard lock(mutex_);
  std::erase_if(files_, [&](const SegmentFile& file) { return file.first_seq == first_seq; });
}

void SegmentTable::set_kept(std::uint64_t first_seq, bool kept) {
  std::lock_guard lock(mutex_);
  for (SegmentFile& file : files_)
    if (file.first_seq == first_seq) file.kept = kept;
}

std::vector<SegmentFile> SegmentTable::all() const {
  std::lock_guard lock(mutex_);
  return files_;
}

std::optional<SegmentFile> SegmentTable::find(std::uint64_t seq) const {
  std::lock_guard lock(mutex_);
  auto found = std::upper_bound(files_.begin(), files_.end(), seq,
                                [](std::uint64_t wanted, const SegmentFile& file) { return wanted < file.range.end; });
  while (found != files_.end() && found->range.size() == 0) ++found;
  if (found == files_.end()) return std::nullopt;
  return *found;
}

std::optional<SegmentFile> SegmentTable::first_kept() const {
  std::lock_guard lock(mutex_);
  const auto found = std::find_if(files_.begin(), files_.end(), [](const SegmentFile& file) { return file.kept; });
  return found == files_.end() ? std::nullopt : std::optional(*found);
}

bool SegmentTable::contains(std::uint64_t first_seq) const {
  std::lock_guard lock(mutex_);
  return std::any_of(files_.begin(), files_.end(),
                     [&](const SegmentFile& file) { return file.first_seq == first_seq; });
}

}  // namespace towline::stream::disk
