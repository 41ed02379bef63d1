#include "stream/disk/recovery.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "base/diagnostics.hpp"

namespace towline::stream::disk {

namespace {

// It would be wrong to judge files by what this process lacks.
bool is_our_own_lack(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM;
}

// Of a small file that was to be replaced when the process ended.
bool is_left_over(std::string_view name) {
  if (!name.ends_with(replacement_extension)) return false;
  const std::string_view of = name.substr(0, name.size() - replacement_extension.size());
  return of == identity_file || Checkpoints::is_name(of);
}

std::uint64_t size_of(const Folder& folder, const std::string& name) {
  Handle file;
  std::uint64_t bytes = 0;
  if (folder.open(name, file) == 0) folder.files.size(file.file(), bytes);
  return bytes;
}

}  // namespace

int Recovery::run(Random& random) {
  std::vector<std::string> names;
  if (const int error = folder_.files.list({}, names); error != 0) return error;
  std::sort(names.begin(), names.end());
  charge_small_files(names);
  parts_.quarantine.load();
  parts_.identity.load(names, parts_.stream, random);
  for (const std::string& name : names)
    if (Checkpoints::is_name(name)) parts_.checkpoints.load(name, parts_.identity.uuid());
  if (const int error = scan_segments(names); error != 0) return error;
  choose_next_seq();
  gather_present();
  for (const SegmentScan& scan : segments_) tidy(scan);
  parts_.quarantine.shrink();
  log_summary();
  return 0;
}

// Everything but segments and bad/: also what we don't know is on the disk.
void Recovery::charge_small_files(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (first_seq_of(name) || name == quarantine_folder) continue;
    if (is_left_over(name) && folder_.files.remove(name) == 0) continue;
    const bool is_cursor = Checkpoints::is_name(name);
    parts_.quota.charge(is_cursor ? Quota::Part::cursors : Quota::Part::other, Quota::cost(size_of(folder_, name)));
  }
}

// From the last to the first: a torn tail is looked for in the last one that holds anything.
int Recovery::scan_segments(const std::vector<std::string>& names) {
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    const std::optional<std::uint64_t> first_seq = first_seq_of(*name);
    if (!first_seq) continue;
    if (const int error = scan_one(*name, *first_seq); error != 0) return error;
  }
  std::reverse(segments_.begin(), segments_.end());
  return 0;
}

int Recovery::scan_one(const std::string& name, std::uint64_t first_seq) {
  Handle file;
  SegmentScan scan;
  scan.first_seq = first_seq;
  int error = folder_.open(name, file);
  if (error == 0) error = folder_.files.size(file.file(), scan.file_bytes);
  if (is_our_own_lack(error)) return error;
  const std::uint64_t cost = Quota::cost(scan.file_bytes);
  parts_.quota.charge(Quota::Part::segments, cost);
  const SegmentKind kind =
      error == 0 ? kind_of_segment(folder_, file, first_seq, parts_.identity.uuid()) : SegmentKind::foreign;
  if (kind == SegmentKind::foreign) {
    file.close();
    parts_.quarantine.move(name, Quota::Part::segments, cost);
    return 0;
  }
  scan.has_header = kind == SegmentKind::ours;
  const bool is_last =
      std::all_of(segments_.begin(), segments_.end(), [](const auto& other) { return other.is_empty(); });
  scan_segment(folder_, file, tag_of(parts_.identity.uuid()), is_last, scan);
  segments_.push_back(std::move(scan));
  return 0;
}

// Never below what a cursor has settled: new records would be taken for delivered. And behind the torn tail: what was
// in it was received. Its numbers must not be forgotten with it, so they are noted before it is cut off.
void Recovery::choose_next_seq() {
  std::uint64_t tails = 0;
  next_seq_ = std::max(parts_.checkpoints.end(), parts_.identity.least_seq());
  for (const SegmentScan& scan : segments_) {
    if (!scan.is_empty()) next_seq_ = std::max(next_seq_, scan.range().end);  // a mere name proves nothing
    tails = std::max(tails, scan.tail_end_seq);
  }
  if (tails <= next_seq_) return;
  next_seq_ = tails;
  parts_.identity.raise_least_seq(next_seq_);
}

void Recovery::gather_present() {
  std::erase_if(segments_, [&](const SegmentScan& scan) {
    if (scan.is_empty()) drop(scan);
    return scan.is_empty();
  });
  set_limits();
  for (const SegmentScan& scan : segments_) {
    for (Range range : scan.present) {
      range.end = std::min(range.end, scan.limit_seq);
      if (range.begin < range.end) append_range(present_, range);
    }
  }
}

// Where files overlap the later one counts: the earlier one failed, and its records were written again.
void Recovery::set_limits() {
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  for (auto scan = segments_.rbegin(); scan != segments_.rend(); ++scan) {
    scan->limit_seq = limit;
    limit = std::min(limit, scan->range().begin);
  }
}

// A file without a single chunk: it was about to be written when the process ended, or is beyond reading.
void Recovery::drop(const SegmentScan& scan) {
  const std::string name = segment_name(scan.first_seq);
  const std::uint64_t cost = Quota::cost(scan.file_bytes);
  if (scan.file_bytes > 0 && !(scan.has_header && !scan.has_tail()))
    parts_.quarantine.move(name, Quota::Part::segments, cost);
  else if (folder_.files.remove(name) == 0)
    parts_.quota.discharge(Quota::Part::segments, cost);
}

// Leaves the file as if it had been closed properly, and gives back what was reserved on the disk behind its end.
void Recovery::tidy(const SegmentScan& scan) {
  if (scan.damaged_chunks > 0 || scan.has_unreadable_bytes || !scan.has_header)
    diagnostics::error("stream.damage_found", "a segment file is damaged; what is readable in it is used",
                       {{"stream", parts_.stream},
                        {"file", segment_name(scan.first_seq)},
                        {"chunks", scan.damaged_chunks},
                        {"records", scan.damaged_records}});
  SegmentFile segment{scan.first_seq, scan.range(), scan.good_bytes, Quota::cost(scan.file_bytes), true};
  segment.range = {std::min(segment.range.begin, scan.limit_seq), std::min(segment.range.end, scan.limit_seq)};
  Handle file;
  if (folder_.open(segment_name(scan.first_seq), file) == 0) {
    if (scan.has_tail()) cut_tail(scan, file);
    if (folder_.files.truncate(file.file(), scan.good_bytes) == 0) {
      const std::uint64_t cost = Quota::cost(scan.good_bytes);
      parts_.quota.discharge(Quota::Part::segments, segment.cost - cost);
      segment.cost = cost;
      if (scan.has_tail()) folder_.sync(file);
    }
  }
  segment.newest = scan.newest;
  parts_.table.add(segment);
}

void Recovery::cut_tail(const SegmentScan& scan, const Handle& file) {
  const std::uint64_t bytes = scan.file_bytes - scan.good_bytes;
  const std::string name = segment_name(scan.first_seq);
  diagnostics::warn("stream.tail_cut", "a segment file ends in the middle of a write; the rest was moved to bad/",
                    {{"stream", parts_.stream}, {"file", name}, {"bytes", bytes}, {"records", scan.tail_records()}});
  parts_.quarantine.copy(name + ".tail", file, scan.good_bytes, bytes);
}

void Recovery::log_summary() const {
  if (segments_.empty() && next_seq_ == 0) return;
  std::uint64_t records = 0;
  for (const Range range : present_) records += range.size();
  diagnostics::info(
      "stream.recovered", "the stream goes on with what is on the disk",
      {{"stream", parts_.stream}, {"segments", segments_.size()}, {"records", records}, {"next", next_seq_}});
}

}  // namespace towline::stream::disk
