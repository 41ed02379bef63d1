#include "simulation/sim_file_system.hpp"

#include <algorithm>
#include <cerrno>

#include "base/check.hpp"

namespace towline::simulation {

const SimFileSystem::Open& SimFileSystem::open_file(File file) const {
  const auto found = open_.find(file);
  CHECK(found != open_.end());  // a descriptor that isn't open
  return found->second;
}

void SimFileSystem::about_to_change(std::string_view operation, std::string_view name) {
  ++calls_;
  watcher_.called(operation, name);
  watcher_.before_change();
}

bool SimFileSystem::no_room() {
  met_full_disk_ = met_full_disk_ || full_;
  return full_;
}

SimFileSystem::File SimFileSystem::remember(Disk::Inode inode, std::string_view name) {
  open_[next_file_] = {inode, std::string(name)};
  return next_file_++;
}

int SimFileSystem::make_folder(std::string_view name) {
  about_to_change("make folder", name);
  return disk_.make_folder(name);
}

int SimFileSystem::list(std::string_view folder, std::vector<std::string>& names) {
  ++calls_;
  names.clear();
  return disk_.list(folder, names);
}

int SimFileSystem::sync_folder(std::string_view folder) {
  about_to_change("sync folder", folder);
  if (watcher_.sync_fails(true)) {
    disk_.fail_sync_folder(folder);
    return EIO;
  }
  disk_.sync_folder(folder);
  return 0;
}

int SimFileSystem::create(std::string_view name, File& file) {
  about_to_change("create", name);
  if (no_room()) return ENOSPC;
  Disk::Inode inode = 0;
  if (const int error = disk_.create(name, inode)) return error;
  file = remember(inode, name);
  return 0;
}

int SimFileSystem::open(std::string_view name, File& file) {
  ++calls_;
  Disk::Inode inode = 0;
  if (const int error = disk_.find(name, inode)) return error;
  file = remember(inode, name);
  return 0;
}

void SimFileSystem::close(File file) {
  open_file(file);
  open_.erase(file);
}

int SimFileSystem::remove(std::string_view name) {
  about_to_change("remove", name);
  return disk_.remove(name);
}

int SimFileSystem::rename(std::string_view from, std::string_view to) {
  about_to_change("rename", to);
  return disk_.rename(from, to);
}

int SimFileSystem::read(File file, std::uint64_t offset, std::span<char> out, std::size_t& bytes_read) {
  ++calls_;
  ++reads_;
  const std::string& content = disk_.content(open_file(file).inode);
  bytes_read = 0;
  if (offset >= content.size()) return 0;
  bytes_read = std::min<std::size_t>(out.size(), content.size() - offset);
  std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(offset), bytes_read, out.begin());
  return 0;
}

// A full disk takes what fits into blocks that the file has already, and of the rest nothing or a part.
int SimFileSystem::write(File file, std::uint64_t offset, std::string_view bytes) {
  about_to_change("write", open_file(file).name);
  const Disk::Inode inode = open_file(file).inode;
  const std::uint64_t room = disk_.allocated(inode);
  if (offset + bytes.size() > room && no_room()) {
    const std::uint64_t fits = std::min<std::uint64_t>(bytes.size(), room - std::min(room, offset));
    if (fits > 0) disk_.write(inode, offset, bytes.substr(0, watcher_.choices().below(2) * fits));
    return ENOSPC;
  }
  disk_.write(inode, offset, bytes);
  return 0;
}

int SimFileSystem::sync(File file) {
  about_to_change("sync", open_file(file).name);
  if (watcher_.sync_fails(false)) {
    disk_.fail_sync(open_file(file).inode, watcher_.choices(), watcher_.thorough());
    return EIO;
  }
  disk_.sync(open_file(file).inode);
  return 0;
}

int SimFileSystem::allocate(File file, std::uint64_t bytes) {
  about_to_change("allocate", open_file(file).name);
  if (bytes > disk_.allocated(open_file(file).inode) && no_room()) return ENOSPC;
  disk_.allocate(open_file(file).inode, bytes);
  return 0;
}

int SimFileSystem::truncate(File file, std::uint64_t bytes) {
  about_to_change("truncate", open_file(file).name);
  disk_.truncate(open_file(file).inode, bytes);
  return 0;
}

int SimFileSystem::size(File file, std::uint64_t& bytes) {
  ++calls_;
  bytes = disk_.content(open_file(file).inode).size();
  return 0;
}

int SimFileSystem::lock(std::string_view, int& holder) {
  ++calls_;
  holder = 0;
  return 0;
}

}  // namespace towline::simulation
