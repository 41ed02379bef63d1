// The folder data_dir/streams: one folder a stream, opened as the storage of that stream.
//
// Nothing is appended to a folder that holds the cursor of a sink which exists and reads other inputs now: as the
// readers move on they would let go of what is held for it, and when it comes back it would take for its own, or for
// lost, what arrived without it. Such a folder is an earlier stream, and the stream goes on in a folder of the next
// generation: ID, then ID~2, ID~3 ... As cursors stay where they are, inputs that are changed back find their folder.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/stream_plan.hpp"
#include "base/clock.hpp"
#include "base/file_system.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "stream/disk/keepers.hpp"
#include "stream/storage.hpp"

namespace towline::app {

// Outlives the storages that it has opened, as do the settings, the randomness and the clock. Their names
// (Storage::stream) are the streams' ids, with the generation from the second on.
class StreamFolders {
 public:
  using Opened = Result<std::unique_ptr<stream::Storage>>;

  // Without data_dir: there are none, and what is opened is null.
  StreamFolders(const Settings& settings, Random& random, const Clock& clock);
  ~StreamFolders();

  bool in_memory() const { return folder_.empty(); }

  // What the stream appends to, with what earlier runs left there: the lowest generation that may be appended to. Once
  // a stream. The error says which folder and why.
  Opened open(const StreamPlan& plan, const std::vector<ConfiguredSink>& sinks);
  // What the sink's dead letters come back through.
  Opened open_replay(const std::string& sink);

  // After every open(): the earlier streams, of all generations, those of other configurations included. Once. What
  // can't be opened is logged and left alone.
  std::vector<std::unique_ptr<stream::Storage>> open_earlier();

 private:
  Duration keep() const;
  Opened open_folder(const std::string& stream, const std::string& folder, Duration keep);
  std::vector<std::string> unopened() const;

  std::string folder_;  // empty: no data_dir
  StreamConfig config_;
  Random& random_;
  const Clock& clock_;
  stream::disk::Keepers keepers_;
  std::map<std::string, std::unique_ptr<FileSystem>> opened_;  // by the folder's name
  std::vector<std::unique_ptr<stream::Storage>> passed_over_;  // generations that nothing may be appended to
};

// The stream's id as a file name; other ids give other names, and a name gives itself. Never with a `~`.
std::string folder_name(const std::string& stream);

}  // namespace towline::app
