// What is never redacted, by where it is and by what it is.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/value.hpp"
#include "transforms/redact/field_list.hpp"

namespace re2 {
class RE2;
}

namespace towline::redact {

// Values as they are written in the configuration: a text with `*` for any characters, without regard to case, or a
// regular expression between slashes. Each stands for the whole of what a detector or pattern has found.
struct AllowedValues {
  std::vector<std::string> texts;
  std::vector<std::shared_ptr<const re2::RE2>> expressions;

  bool contain(std::string_view found) const;
};

struct AllowConfig {
  FieldList fields;
  AllowedValues values;
};

}  // namespace towline::redact

template <>
struct towline::config::Value<towline::redact::AllowedValues> {
  static std::optional<redact::AllowedValues> parse(const Node& node, Problems& problems);
  static std::string print(const redact::AllowedValues& values);
  static ValueInfo info();
};
