// Small files that others write: secrets, tokens, profiles.
#pragma once

#include <cstddef>
#include <string>

namespace towline {

struct FileStart {
  std::string text;
  int error = 0;  // an errno
  bool is_open = false;

  // After an error, which file left aside: "can't be opened: No such file or directory".
  std::string why_not() const;
};

// The first `bytes_max` bytes, or all of it. Doesn't wait: what has nothing to say yet, such as a pipe, is an error or
// empty.
FileStart read_file_start(const std::string& path, std::size_t bytes_max);

}  // namespace towline
