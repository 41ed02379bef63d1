// Variables in one scalar: `${NAME}` and `${NAME:-text for when it is unset or empty}`; `$${` stands for `${`.
// It happens after the YAML is parsed, so a value can't change the structure; values aren't looked into again.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/node.hpp"

namespace towline::config {

// Error: a variable that isn't set, a `${` without its `}`, a bad name. A default ends at the first `}`.
Result<std::string> expand_variables(std::string_view text, const Environment& environment);

}  // namespace towline::config
