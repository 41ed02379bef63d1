// The checkpoint files of a stream's cursors, `<sink>.cursor`. What was read at the start is kept in memory; files of
// sinks that are configured no more stay where they are and hold nothing back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "stream/disk/two_slots.hpp"

namespace towline::stream::disk {

class Checkpoints {
 public:
  Checkpoints(const Folder& folder, Quota& quota, const std::string& stream)
      : folder_(folder), quota_(quota), stream_(stream) {}

  static bool is_name(std::string_view name);

  // Reads one file. Not readable, or of another stream: an alarm, and as if there were none.
  void load(const std::string& name, const Uuid& uuid);

  std::optional<CursorState> state(std::string_view sink) const;
  // The least mark of those that were found, also of sinks that are configured no more: one that was given another name
  // has left records that are still owed. 0 where there were none, or one that can't be read.
  std::uint64_t least_mark() const;
  // Behind everything that a cursor knows of.
  std::uint64_t end() const { return end_; }

  // Errno or 0.
  int save(std::string_view sink, const CursorState& state, const Uuid& uuid);

 private:
  struct Known {
    std::optional<CursorState> state;  // as it was found
    SlotWriter writer;
  };
  Known& known(std::string_view sink);

  const Folder& folder_;
  Quota& quota_;
  const std::string& stream_;
  std::map<std::string, Known, std::less<>> known_;
  std::uint64_t end_ = 0;
};

}  // namespace towline::stream::disk
