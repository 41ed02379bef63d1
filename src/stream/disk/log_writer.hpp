// Appends chunks to segment files and makes them durable, one sync a commit. There is one answer to every fault: the
// file is cut back to what was committed and never written again; what was not committed goes to a new file.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "stream/disk/folder.hpp"
#include "stream/disk/quarantine.hpp"
#include "stream/disk/quota.hpp"
#include "stream/disk/segment_format.hpp"
#include "stream/disk/segment_table.hpp"

namespace towline::stream::disk {

class LogWriter {
 public:
  struct Options {
    std::string stream;  // for log lines
    Uuid uuid{};
    std::uint64_t epoch = 0;
    std::uint64_t segment_bytes = 0;
  };

  // `restore` makes the folder anew when somebody has deleted it; 0 or an errno.
  LogWriter(Options options, const Folder& folder, Quota& quota, SegmentTable& table, Quarantine& quarantine,
            std::function<int()> restore);
  ~LogWriter() { close(); }

  Store::Committed commit(std::span<const ChunkPtr> chunks);

  // Any thread: bytes that the open file still takes; syncs that have failed.
  std::uint64_t room() const { return room_; }
  std::uint64_t sync_errors() const { return sync_errors_; }

 private:
  int write_group(std::span<const ChunkPtr> chunks, std::size_t& taken);
  int open_for(const record::Chunk& first);
  int create(const std::string& name);
  int reserve(std::uint64_t capacity);
  int append(std::span<const ChunkPtr> chunks, std::size_t& taken);
  int make_durable();
  void publish(const record::Chunk& last);
  void close();
  bool is_gone() const;

  Options options_;
  const Folder& folder_;
  Quota& quota_;
  SegmentTable& table_;
  Quarantine& quarantine_;
  std::function<int()> restore_;

  Handle file_;                 // the segment that is written, or none
  SegmentFile segment_;         // what of it is committed; bytes 0: nothing yet
  std::uint64_t capacity_ = 0;  // where it ends
  std::uint64_t written_ = 0;   // >= segment_.bytes: what comes next goes there
  std::atomic<std::uint64_t> room_{0};
  std::atomic<std::uint64_t> sync_errors_{0};
};

}  // namespace towline::stream::disk
