// Paths in the configuration of steps.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/value.hpp"
#include "record/path.hpp"

namespace towline::transforms {

// The path, or std::nullopt after reporting at `mark` what is wrong with it.
std::optional<record::Path> parse_path(std::string_view text, config::Mark mark, config::Problems& problems);

}  // namespace towline::transforms

template <>
struct towline::config::Value<towline::record::Path> {
  static std::optional<record::Path> parse(const Node& node, Problems& problems);
  static std::string print(const record::Path& path) { return yaml_scalar(path.text()); }
  static ValueInfo info();
};
