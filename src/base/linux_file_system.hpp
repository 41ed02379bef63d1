// The file system seam on Linux: one folder, reached through a descriptor, so that nobody can swap it for another one
// below our feet. Symbolic links are never followed at the end of a name.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/file_system.hpp"

namespace towline {

// Nothing is touched before make_folder(""), which also makes missing parents. It is called again when the folder has
// been deleted: from then on the new one is meant, and the lock must be taken again.
class LinuxFileSystem final : public FileSystem {
 public:
  // read_only: for looking into a folder that belongs to another process. It isn't made where it is missing, and what
  // would change something fails.
  enum class Access : unsigned char { read_write, read_only };
  explicit LinuxFileSystem(std::string path, Access access = Access::read_write);
  ~LinuxFileSystem() override;

  int make_folder(std::string_view name) override;
  int list(std::string_view folder, std::vector<std::string>& names) override;
  int sync_folder(std::string_view folder) override;

  int create(std::string_view name, File& file) override;
  // Where the file system is read-only: for reading.
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
  int space(Space& space) override;

  // Held until this object is destroyed or takes another one.
  int lock(std::string_view name, int& holder) override;

 private:
  class Descriptor;
  using Folder = std::shared_ptr<const Descriptor>;

  Folder folder() const;
  int make_root();

  std::string path_;
  Access access_;
  mutable std::mutex mutex_;  // guards the two below, not what is done with them
  Folder folder_;
  Folder lock_;
};

}  // namespace towline
