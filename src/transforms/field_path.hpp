// Settings that name one field of a record.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/value.hpp"
#include "record/path.hpp"

namespace towline::transforms {

// A path without wildcards.
struct FieldPath {
  FieldPath() = default;
  explicit FieldPath(std::string_view text);  // a literal that is a path

  record::Path path;
};

bool same_field(const FieldPath& a, const FieldPath& b);

// Whether they are the same field, or one is inside of the other.
bool overlap(const FieldPath& a, const FieldPath& b);

// What is wrong with keeping a field beside what was made of it; for config::check().
std::optional<std::string> check_kept(const FieldPath& field, const FieldPath& target, bool keep_original);

}  // namespace towline::transforms

template <>
struct towline::config::Value<towline::transforms::FieldPath> {
  static std::optional<transforms::FieldPath> parse(const Node& node, Problems& problems);
  static std::string print(const transforms::FieldPath& field) { return yaml_scalar(field.path.text()); }
  static ValueInfo info();
};
