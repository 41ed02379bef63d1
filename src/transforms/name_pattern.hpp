// Names of members in the configuration of steps: `method`, `http_*`. A `*` stands for any text, also for none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "condition/glob.hpp"
#include "config/value.hpp"

namespace towline::transforms {

class NamePattern {
 public:
  explicit NamePattern(std::string_view text);

  bool matches(std::string_view decoded_key) const { return glob_.matches(decoded_key); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  condition::Glob glob_;
};

}  // namespace towline::transforms

template <>
struct towline::config::Value<towline::transforms::NamePattern> {
  static std::optional<transforms::NamePattern> parse(const Node& node, Problems& problems);
  static std::string print(const transforms::NamePattern& pattern) { return yaml_scalar(pattern.text()); }
  static ValueInfo info();
};
