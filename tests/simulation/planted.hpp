// Bugs that are planted on purpose at the file system seam, to see that the simulation finds them. Bugs inside
// production code are patches (planted/*.patch) that the build applies to a copy of one source file.
#pragma once

#include "base/file_system.hpp"

namespace towline::simulation {

enum class Planted : std::uint8_t {
  nothing,
  names_not_synced,  // nobody syncs the folder
  sync_tried_again,  // a failed sync is called again, and its success believed
};

class PlantedFileSystem final : public FileSystem {
 public:
  PlantedFileSystem(FileSystem& real, Planted bug) : real_(real), bug_(bug) {}

  int sync_folder(std::string_view folder) override {
    return bug_ == Planted::names_not_synced ? 0 : real_.sync_folder(folder);
  }
  int sync(File file) override {
    const int error = real_.sync(file);
    return error != 0 && bug_ == Planted::sync_tried_again ? real_.sync(file) : error;
  }

  int make_folder(std::string_view name) override { return real_.make_folder(name); }
  int list(std::string_view folder, std::vector<std::string>& names) override { return real_.list(folder, names); }
  int create(std::string_view name, File& file) override { return real_.create(name, file); }
  int open(std::string_view name, File& file) override { return real_.open(name, file); }
  void close(File file) override { real_.close(file); }
  int remove(std::string_view name) override { return real_.remove(name); }
  int rename(std::string_view from, std::string_view to) override { return real_.rename(from, to); }
  int read(File file, std::uint64_t offset, std::span<char> out, std::size_t& bytes_read) override {
    return real_.read(file, offset, out, bytes_read);
  }
  int write(File file, std::uint64_t offset, std::string_view bytes) override {
    return real_.write(file, offset, bytes);
  }
  int allocate(File file, std::uint64_t bytes) override { return real_.allocate(file, bytes); }
  int truncate(File file, std::uint64_t bytes) override { return real_.truncate(file, bytes); }
  int size(File file, std::uint64_t& bytes) override { return real_.size(file, bytes); }
  int lock(std::string_view name, int& holder) override { return real_.lock(name, holder); }

 private:
  FileSystem& real_;
  const Planted bug_;
};

}  // namespace towline::simulation
