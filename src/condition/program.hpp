// What a pattern is compiled to: a flat list of tests, each of which says where to go on. There is no tree to walk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "condition/decimal.hpp"
#include "condition/glob.hpp"
#include "condition/regex.hpp"
#include "record/record.hpp"

namespace towline::condition {

// The limits of one pattern. A longer one is refused when it is parsed.
inline constexpr std::size_t pattern_bytes_max = 8192;
inline constexpr std::size_t tests_max = 256;   // comparisons or terms
inline constexpr std::size_t depth_max = 32;    // parentheses within each other
inline constexpr std::size_t levels_max = 32;   // of a selector
inline constexpr std::size_t regexes_max = 16;  // each may take memory, see Regex

// One step down from an object or an array.
struct Level {
  enum class Kind : std::uint8_t { key, any_key, index, any_element };
  Kind kind = Kind::key;
  std::string key;  // decoded
  std::size_t index = 0;
};
using Selector = std::vector<Level>;

struct Number {
  Decimal value;
  std::string_view text;  // as it is written, in the program's text
};
struct Phrase {
  std::string text;  // not empty
};

struct Test {
  enum class Kind : std::uint8_t {
    exists,  // about a value
    is_null,
    is_true,
    is_false,
    equal,  // with a text, a number or a regular expression
    not_equal,
    less,  // with a number
    at_most,
    more,
    at_least,
    contains,  // about the text of the record: a phrase or a regular expression
    always,
  };
  Kind kind = Kind::always;
  Selector selector;  // of what is about a value
  std::variant<std::monostate, Glob, Number, Regex, Phrase> operand;
  std::uint32_t if_true = 0;  // the test to go on with, or an end
  std::uint32_t if_false = 0;
};

// Constant once it is compiled; may be used by several threads, each with its own scratch.
class Program {
 public:
  static constexpr std::uint32_t matched = UINT32_MAX;
  static constexpr std::uint32_t not_matched = UINT32_MAX - 1;

  explicit Program(std::string_view text) : text_(text) {}
  Program(const Program&) = delete;  // numbers refer to its text
  Program& operator=(const Program&) = delete;

  const std::string& text() const { return text_; }
  std::vector<Test>& tests() { return tests_; }

  // `scratch` is overwritten where something must be decoded or written.
  bool matches(const record::Record& record, std::string& scratch) const;

 private:
  std::string text_;
  std::vector<Test> tests_;  // a test goes on with a later one, so every run ends
};

}  // namespace towline::condition
