// Files that tokens and profiles stand in.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace towline::aws {

// The whole file; none where there is no file of that name. The error names the file, and says why it can't be read or
// that it is longer than `max` bytes. Doesn't wait: what has no end, or nothing to say yet, is an error.
Result<std::optional<Secret>> read_small_file(const std::string& path, std::size_t max);

}  // namespace towline::aws
