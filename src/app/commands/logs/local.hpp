// Records from the streams of a data directory, while the daemon runs or not.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/commands/logs/event.hpp"
#include "app/commands/logs/pattern.hpp"
#include "app/commands/logs/time_window.hpp"
#include "base/result.hpp"
#include "record/record.hpp"

namespace towline::app::logs {

struct LocalOptions {
  std::string data_dir;
  std::string stream_prefix = {};  // of the streams' names
  TimeWindow window = {};
  Fields fields = {};
};

class LocalLogs {
 public:
  // A record's clock may be ahead of the daemon's by this much: what was received earlier than that before the window
  // begins isn't looked at.
  static constexpr Duration clocks_differ = std::chrono::hours(1);

  LocalLogs(LocalOptions options, Matcher matcher);
  ~LocalLogs();

  // Gives every event that matches and wasn't given before; of each stream in its order. Error: the directory can't be
  // read. After `take` has said no, nothing more is to be asked.
  Result<void> read(const TakeEvent& take);

  // Chunks that couldn't be read.
  std::uint64_t damaged() const;

 private:
  struct Stream;

  Result<void> find_streams();
  bool read_stream(Stream& stream, const TakeEvent& take);
  bool read_line(std::string_view line, WallTime received, Event& event);

  LocalOptions options_;
  Matcher matcher_;
  record::Record record_;
  std::string line_;                                        // with the padding that a record wants
  std::map<std::string, std::unique_ptr<Stream>> streams_;  // by folder
};

// When the record says that it happened, else when it was received.
WallTime time_of(const record::Record& record, const record::Path& field);

}  // namespace towline::app::logs
