// The file system seam: the few operations that the disk stream is made of, below one folder. Production code gets
// Linux, the simulation a file system that loses power, tears writes and fails on purpose.
#pragma once

#include <cerrno>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace towline {

// Names are relative to the folder and have at most one '/' ("bad/0000000000000000.seg"). Every operation answers 0 or
// an errno; nothing is retried but EINTR. Safe from every thread.
class FileSystem {
 public:
  using File = int;  // what create() and open() give and close() takes back

  virtual ~FileSystem() = default;

  // Makes the folder (and, named, one below it) where it is missing, private to the user. "" is the folder itself.
  virtual int make_folder(std::string_view name) = 0;
  // Names in a folder, "" the folder itself; not in any order, without "." and "..".
  virtual int list(std::string_view folder, std::vector<std::string>& names) = 0;
  // Makes the names of the folder durable: what was created, renamed and removed in it.
  virtual int sync_folder(std::string_view folder) = 0;

  // A new file, private to the user, for reading and writing. EEXIST where there is one.
  virtual int create(std::string_view name, File& file) = 0;
  // An existing file, for reading and writing; never through a symbolic link.
  virtual int open(std::string_view name, File& file) = 0;
  virtual void close(File file) = 0;
  virtual int remove(std::string_view name) = 0;
  virtual int rename(std::string_view from, std::string_view to) = 0;

  // Up to out.size() bytes; `bytes_read` is smaller at the end of the file only.
  virtual int read(File file, std::uint64_t offset, std::span<char> out, std::size_t& bytes_read) = 0;
  // All of it or an error; after an error any part may have been written.
  virtual int write(File file, std::uint64_t offset, std::string_view bytes) = 0;
  // The file's bytes and size are durable. After an error nothing is known of what was written since the last success,
  // and a second call proves nothing: the kernel has marked the pages clean.
  virtual int sync(File file) = 0;
  // Reserves blocks for the first `bytes` bytes; the size stays. EOPNOTSUPP where the file system can't.
  virtual int allocate(File file, std::uint64_t bytes) = 0;
  // Also gives back what was reserved beyond `bytes`.
  virtual int truncate(File file, std::uint64_t bytes) = 0;
  virtual int size(File file, std::uint64_t& bytes) = 0;

  // The disk that the folder is on, in bytes: what is left for this process, and all of it. EOPNOTSUPP: that isn't
  // known.
  struct Space {
    std::uint64_t free = 0;
    std::uint64_t size = 0;
  };
  virtual int space(Space& /*space*/) { return EOPNOTSUPP; }

  // Takes the folder for this process alone. EWOULDBLOCK where another has it: `holder` is then its pid, 0 if unknown.
  virtual int lock(std::string_view name, int& holder) = 0;
};

}  // namespace towline
