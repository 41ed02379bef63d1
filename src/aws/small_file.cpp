#include "aws/small_file.hpp"

#include <cerrno>
#include <utility>

#include "base/file_start.hpp"

namespace towline::aws {

Result<std::optional<Secret>> read_small_file(const std::string& path, std::size_t max) {
  FileStart start = read_file_start(path, max + 1);
  Secret content(std::move(start.text));
  if (!start.is_open && (start.error == ENOENT || start.error == ENOTDIR)) return std::optional<Secret>();
  const std::string file = "the file `" + path + "` ";
  if (start.error != 0) return Error{file + start.why_not()};
  if (content.reveal().size() > max) return Error{file + "is longer than " + std::to_string(max) + " bytes"};
  return std::optional<Secret>(std::move(content));
}

}  // namespace towline::aws
