// Bugs that are planted on purpose at the file system seam, to see that the simulation finds them. Bugs inside
// production code are patches (planted/*.patch) that the build applies to a copy of one source file.
#pragma once

#include "base/forwarding_file_system_test_support.hpp"

namespace towline::simulation {

enum class Planted : std::uint8_t {
  nothing,
  names_not_synced,  // nobody syncs the folder
  sync_tried_again,  // a failed sync is called again, and its success believed
};

class PlantedFileSystem final : public ForwardingFileSystem {
 public:
  PlantedFileSystem(FileSystem& real, Planted bug) : ForwardingFileSystem(real), bug_(bug) {}

  int sync_folder(std::string_view folder) override {
    return bug_ == Planted::names_not_synced ? 0 : ForwardingFileSystem::sync_folder(folder);
  }
  int sync(File file) override {
    const int error = ForwardingFileSystem::sync(file);
    return error != 0 && bug_ == Planted::sync_tried_again ? ForwardingFileSystem::sync(file) : error;
  }

 private:
  const Planted bug_;
};

}  // namespace towline::simulation
