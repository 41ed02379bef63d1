#include "stream/disk/file_window.hpp"

#include <algorithm>
#include <cerrno>

namespace towline::stream::disk {

namespace {
constexpr std::size_t page = 4096;
}

void FileWindow::set_file(FileSystem::File file) {
  file_ = file;
  start_ = 0;
  buffer_.clear();
}

std::string_view FileWindow::view(std::uint64_t offset, std::size_t least, std::uint64_t limit) {
  if (limit < offset || limit - offset < least) return {};
  if (!holds(offset, least)) {
    const bool goes_on = offset >= start_ && offset <= start_ + buffer_.size() + page;
    const std::size_t wish = goes_on ? std::max(buffer_.size() * 4, page) : page;
    const std::size_t bytes = std::max(least, std::min(wish, bytes_max_));
    if (fill(offset, static_cast<std::size_t>(std::min<std::uint64_t>(bytes, limit - offset))) != 0)
      fill(offset, least);
    if (!holds(offset, least)) return {};
  }
  const std::uint64_t bytes = std::min(start_ + buffer_.size(), limit) - offset;
  return std::string_view(buffer_).substr(static_cast<std::size_t>(offset - start_), static_cast<std::size_t>(bytes));
}

int FileWindow::read(std::uint64_t offset, std::size_t bytes, std::string& out) {
  if (holds(offset, bytes)) {
    out.assign(buffer_, static_cast<std::size_t>(offset - start_), bytes);
    return 0;
  }
  out.resize(bytes);
  std::size_t got = 0;
  int error = files_.read(file_, offset, out, got);
  if (error == EIO) error = files_.read(file_, offset, out, got);
  return error == 0 && got != bytes ? EIO : error;
}

int FileWindow::fill(std::uint64_t offset, std::size_t bytes) {
  std::size_t got = 0;
  buffer_.resize(bytes);
  const int error = files_.read(file_, offset, buffer_, got);
  buffer_.resize(error == 0 ? got : 0);
  start_ = offset;
  return error;
}

}  // namespace towline::stream::disk
