// Makes sense of a stream's folder at the start, whatever is in it, and leaves it in order. It always comes to an end,
// never needs a file to be there, and doing it twice gives the same. docs/stream-format.md has the rules and reasons.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "stream/disk/checkpoints.hpp"
#include "stream/disk/identity.hpp"
#include "stream/disk/quarantine.hpp"
#include "stream/disk/segment_scan.hpp"
#include "stream/disk/segment_table.hpp"

namespace towline::stream::disk {

class Recovery {
 public:
  struct Parts {
    const std::string& stream;
    const Folder& folder;
    Quota& quota;
    Quarantine& quarantine;
    Identity& identity;
    Checkpoints& checkpoints;
    SegmentTable& table;
  };
  explicit Recovery(Parts parts) : parts_(parts), folder_(parts.folder) {}

  // 0 or an errno: the folder can't be listed, or the process has no descriptors left.
  int run(Random& random);

  std::vector<Range> take_present() { return std::move(present_); }
  std::uint64_t next_seq() const { return next_seq_; }

 private:
  void charge_small_files(const std::vector<std::string>& names);
  int scan_segments(const std::vector<std::string>& names);
  int scan_one(const std::string& name, std::uint64_t first_seq);
  void choose_next_seq();
  void gather_present();
  void set_limits();
  void tidy(const SegmentScan& scan);
  void drop(const SegmentScan& scan);
  void cut_tail(const SegmentScan& scan, const Handle& file);
  void log_summary() const;

  Parts parts_;
  const Folder& folder_;
  std::vector<SegmentScan> segments_;  // ascending
  std::vector<Range> present_;
  std::uint64_t next_seq_ = 0;
};

}  // namespace towline::stream::disk
