#include "transforms/field_path.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "transforms/path_value.hpp"

namespace towline::transforms {

FieldPath::FieldPath(std::string_view text) {
  Result<record::Path> parsed = record::Path::parse(text);
  CHECK(parsed && !parsed->has_wildcard());
  path = std::move(*parsed);
}

bool same_field(const FieldPath& a, const FieldPath& b) {
  return a.path.segments().size() == b.path.segments().size() && overlap(a, b);
}

bool overlap(const FieldPath& a, const FieldPath& b) {
  const std::size_t levels = std::min(a.path.segments().size(), b.path.segments().size());
  for (std::size_t level = 0; level < levels; ++level) {
    if (a.path.segments()[level].text != b.path.segments()[level].text) return false;
  }
  return true;
}

std::optional<std::string> check_kept(const FieldPath& field, const FieldPath& target, bool keep_original) {
  if (!keep_original || !overlap(field, target)) return std::nullopt;
  return "with `keep_original` the target must be another field, neither inside of `field` nor around it";
}

}  // namespace towline::transforms

namespace towline::config {

std::optional<transforms::FieldPath> Value<transforms::FieldPath>::parse(const Node& node, Problems& problems) {
  std::optional<record::Path> path = Value<record::Path>::parse(node, problems);
  if (!path) return std::nullopt;
  if (path->has_wildcard()) {
    problems.add(node.mark, "must be the path of one field, without `*`", "quote a key that is a star");
    return std::nullopt;
  }
  transforms::FieldPath field;
  field.path = std::move(*path);
  return field;
}

ValueInfo Value<transforms::FieldPath>::info() {
  return Value<record::Path>::info();
}

}  // namespace towline::config
