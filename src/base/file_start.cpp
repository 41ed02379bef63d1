#include "base/file_start.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace towline {

std::string FileStart::why_not() const {
  return std::string(is_open ? "can't be read: " : "can't be opened: ") + std::generic_category().message(error);
}

FileStart read_file_start(const std::string& path, std::size_t bytes_max) {
  FileStart start;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  start.is_open = file >= 0;
  start.error = start.is_open ? 0 : errno;
  if (!start.is_open) return start;
  start.text.resize(bytes_max);
  std::size_t length = 0;
  ssize_t n = 0;
  do {
    n = ::read(file, start.text.data() + length, bytes_max - length);
    if (n > 0) length += static_cast<std::size_t>(n);
  } while ((n > 0 && length < bytes_max) || (n < 0 && errno == EINTR));
  if (n < 0) start.error = errno;
  ::close(file);
  start.text.resize(length);
  return start;
}

}  // namespace towline
