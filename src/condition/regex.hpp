// A regular expression of a pattern, by RE2: linear in the text whatever the expression is.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace re2 {
class RE2;
}

namespace towline::condition {

// Constant; copies share it, also across threads.
class Regex {
 public:
  // The error says what is wrong without showing the expression.
  static Result<Regex> compile(std::string_view expression);

  // Whether it is found anywhere in this text, which is valid UTF-8.
  bool found_in(std::string_view text) const;

  static constexpr int memory_max = 1 << 20;  // bytes: of what is compiled, and of what RE2 keeps while it searches

 private:
  explicit Regex(std::shared_ptr<const re2::RE2> regex);

  std::shared_ptr<const re2::RE2> regex_;
};

}  // namespace towline::condition
