// For tests: a file system that hands every call on to another one. A test derives from it and overrides the few calls
// that are to go wrong.
#pragma once

#include "base/file_system.hpp"

namespace towline {

class ForwardingFileSystem : public FileSystem {
 public:
  // `real` outlives it.
  explicit ForwardingFileSystem(FileSystem& real) : real_(real) {}

  int make_folder(std::string_view name) override { return real_.make_folder(name); }
  int list(std::string_view folder, std::vector<std::string>& names) override { return real_.list(folder, names); }
  int sync_folder(std::string_view folder) override { return real_.sync_folder(folder); }
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
  int sync(File file) override { return real_.sync(file); }
  int allocate(File file, std::uint64_t bytes) override { return real_.allocate(file, bytes); }
  int truncate(File file, std::uint64_t bytes) override { return real_.truncate(file, bytes); }
  int size(File file, std::uint64_t& bytes) override { return real_.size(file, bytes); }
  int space(Space& space) override { return real_.space(space); }
  int lock(std::string_view name, int& holder) override { return real_.lock(name, holder); }

 private:
  FileSystem& real_;
};

}  // namespace towline
