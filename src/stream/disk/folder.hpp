// The stream's folder as the rest of the store sees it: files that close themselves, and syncs that are left out where
// nobody asked to survive a power cut.
#pragma once

#include <string_view>
#include <utility>

#include "base/file_system.hpp"
#include "stream/disk/store.hpp"

namespace towline::stream::disk {

inline constexpr std::string_view quarantine_folder = "bad";
inline constexpr std::string_view lock_file = "LOCK";

// An open file, or none.
class Handle {
 public:
  Handle() = default;
  Handle(FileSystem& files, FileSystem::File file) : files_(&files), file_(file) {}
  Handle(Handle&& other) noexcept : files_(std::exchange(other.files_, nullptr)), file_(other.file_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(files_, other.files_);
    std::swap(file_, other.file_);
    return *this;
  }
  ~Handle() { close(); }

  void close() {
    if (files_ != nullptr) std::exchange(files_, nullptr)->close(file_);
  }
  explicit operator bool() const { return files_ != nullptr; }
  FileSystem::File file() const { return file_; }

 private:
  FileSystem* files_ = nullptr;
  FileSystem::File file_ = -1;
};

struct Folder {
  FileSystem& files;
  Durability durability;

  int open(std::string_view name, Handle& handle) const {
    FileSystem::File file = -1;
    const int error = files.open(name, file);
    if (error == 0) handle = Handle(files, file);
    return error;
  }
  int create(std::string_view name, Handle& handle) const {
    FileSystem::File file = -1;
    const int error = files.create(name, file);
    if (error == 0) handle = Handle(files, file);
    return error;
  }
  int sync(const Handle& handle) const { return durability == Durability::power ? files.sync(handle.file()) : 0; }
  int sync_names(std::string_view folder = {}) const {
    return durability == Durability::power ? files.sync_folder(folder) : 0;
  }
  // Makes the folder where it is missing, and takes it.
  int take(int& holder) const {
    holder = 0;
    const int error = files.make_folder({});
    return error != 0 ? error : files.lock(lock_file, holder);
  }
};

}  // namespace towline::stream::disk
