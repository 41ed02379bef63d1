// A file read through a buffer that suits both walks through a segment: few bytes where large chunks are skipped, many
// where small ones follow each other. A failed read is tried once more for just the bytes that are asked for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/file_system.hpp"

namespace towline::stream::disk {

class FileWindow {
 public:
  // The file outlives the window, or set_file() comes first. `bytes_max` bounds the buffer.
  FileWindow(FileSystem& files, std::size_t bytes_max) : files_(files), bytes_max_(bytes_max) {}
  void set_file(FileSystem::File file);

  // At least `least` bytes (<= bytes_max) from `offset` on, and what else is in the buffer behind them; nothing of it
  // is at or behind `limit`. Empty where the file or `limit` ends earlier or can't be read. Valid until the next call.
  std::string_view view(std::uint64_t offset, std::size_t least, std::uint64_t limit);

  // Exactly these bytes; 0 or an errno, EIO where the file ends earlier.
  int read(std::uint64_t offset, std::size_t bytes, std::string& out);

 private:
  int fill(std::uint64_t offset, std::size_t bytes);
  bool holds(std::uint64_t offset, std::size_t bytes) const {
    return offset >= start_ && offset + bytes <= start_ + buffer_.size();
  }

  FileSystem& files_;
  FileSystem::File file_ = -1;
  std::size_t bytes_max_;
  std::uint64_t start_ = 0;
  std::string buffer_;
};

}  // namespace towline::stream::disk
