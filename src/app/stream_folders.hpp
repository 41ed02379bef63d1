// The folder data_dir/streams: one folder a stream, opened as the storage of that stream.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/clock.hpp"
#include "base/file_system.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "stream/storage.hpp"

namespace towline::app {

// Outlives the storages that it has opened, as do the settings, the randomness and the clock.
class StreamFolders {
 public:
  // Without data_dir: there are none, and open() answers null.
  StreamFolders(const Settings& settings, Random& random, const Clock& clock);
  ~StreamFolders();

  bool in_memory() const { return folder_.empty(); }

  // The storage of the stream, with what earlier runs left. The error says which folder and why.
  Result<std::unique_ptr<stream::Storage>> open(const std::string& stream);

  // Streams that have a folder here; each is a name for open().
  std::vector<std::string> found() const;

 private:
  std::string folder_;  // empty: no data_dir
  StreamConfig config_;
  Random& random_;
  const Clock& clock_;
  std::vector<std::unique_ptr<FileSystem>> opened_;
};

// The stream's id as a file name; other ids give other names, and a name gives itself.
std::string folder_name(const std::string& stream);

}  // namespace towline::app
