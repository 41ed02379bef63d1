// Fields as the configuration names them: by a name that counts at any depth, or by a path (which has a dot).
#pragma once

#include <string>
#include <vector>

#include "config/value.hpp"
#include "record/path.hpp"

namespace towline::redact {

struct FieldList {
  std::vector<std::string> names;
  std::vector<record::Path> paths;

  bool empty() const { return names.empty() && paths.empty(); }
};

}  // namespace towline::redact

template <>
struct towline::config::Value<towline::redact::FieldList> {
  static std::optional<redact::FieldList> parse(const Node& node, Problems& problems);
  static std::string print(const redact::FieldList& fields);
  static ValueInfo info();
};
