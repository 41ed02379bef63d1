#include "aws/small_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace towline::aws {

namespace {

Error file_error(const std::string& path, const std::string& what) {
  return Error{"the file `" + path + "` " + what};
}

}  // namespace

Result<std::optional<Secret>> read_small_file(const std::string& path, std::size_t max) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0 && (errno == ENOENT || errno == ENOTDIR)) return std::optional<Secret>();
  if (file < 0) return file_error(path, std::string("can't be opened: ") + std::strerror(errno));
  std::string text(max + 1, '\0');
  std::size_t length = 0;
  ssize_t n = 0;
  do {
    n = ::read(file, text.data() + length, text.size() - length);
    if (n > 0) length += static_cast<std::size_t>(n);
  } while ((n > 0 && length < text.size()) || (n < 0 && errno == EINTR));
  const int error = errno;
  ::close(file);
  text.resize(length);
  Secret content(std::move(text));
  if (n < 0) return file_error(path, std::string("can't be read: ") + std::strerror(error));
  if (length > max) return file_error(path, "is longer than " + std::to_string(max) + " bytes");
  return std::optional<Secret>(std::move(content));
}

}  // namespace towline::aws
