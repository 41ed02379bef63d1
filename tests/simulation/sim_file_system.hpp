// The FileSystem seam over a simulated disk. Before each operation that changes the disk it tells who is watching (a
// crash may happen there) and asks whether it fails.
#pragma once

#include <map>

#include "base/file_system.hpp"
#include "simulation/disk.hpp"

namespace towline::simulation {

class SimFileSystem final : public FileSystem {
 public:
  class Watcher {
   public:
    virtual ~Watcher() = default;
    virtual void before_change() = 0;                           // the disk is as it was before the operation
    virtual bool sync_fails(bool of_folder) = 0;                // with EIO, what was written is dropped
    virtual void called(std::string_view, std::string_view) {}  // operation and name, for a trace
    virtual Choices& choices() = 0;                             // for what an operation leaves that has failed
    virtual bool thorough() const { return true; }              // any legal state then, or all or nothing
  };

  // Both outlive the file system.
  SimFileSystem(Disk& disk, Watcher& watcher) : disk_(disk), watcher_(watcher) {}

  // Operations that need room fail with ENOSPC.
  void set_full(bool full) { full_ = full; }
  bool is_full() const { return full_; }
  bool met_full_disk() const { return met_full_disk_; }
  std::uint64_t calls() const { return calls_; }
  std::uint64_t reads() const { return reads_; }

  int make_folder(std::string_view name) override;
  int list(std::string_view folder, std::vector<std::string>& names) override;
  int sync_folder(std::string_view folder) override;
  int create(std::string_view name, File& file) override;
  int open(std::string_view name, File& file) override;
  void close(File file) override;
  int remove(std::string_view name) override;
  int rename(std::string_view from, std::string_view to) override;
  int read(File file, std::uint64_t offset, std::span<char> out, std::size_t& bytes_read) override;
  int write(File file, std::uint64_t offset, std::string_view bytes) override;
  int sync(File file) override;
  int allocate(File file, std::uint64_t bytes) override;
  int truncate(File file, std::uint64_t bytes) override;
  int size(File file, std::uint64_t& bytes) override;
  int lock(std::string_view name, int& holder) override;

 private:
  struct Open {
    Disk::Inode inode;
    std::string name;  // that it was opened by
  };
  const Open& open_file(File file) const;
  void about_to_change(std::string_view operation, std::string_view name);
  bool no_room();
  File remember(Disk::Inode inode, std::string_view name);

  Disk& disk_;
  Watcher& watcher_;
  std::map<File, Open> open_;
  File next_file_ = 3;
  std::uint64_t calls_ = 0;
  std::uint64_t reads_ = 0;
  bool full_ = false;
  bool met_full_disk_ = false;
};

}  // namespace towline::simulation
