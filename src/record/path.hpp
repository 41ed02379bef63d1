// A path to values of a record, as users write it: `a.b.c`, `request.*.token`, `items.0`, `labels."app.name"`.
// It says which values are meant; walking a record along it is Record::each().
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace towline::record {

class Path {
 public:
  // One level. `*` stands for every key or element of one level; a number is an element of an array (or a key that
  // happens to be a number); everything else is a key, compared exactly with the decoded key.
  struct Segment {
    std::string text;
    bool any = false;
    bool plain = false;                // written without quotes and backslashes
    std::size_t index = not_an_index;  // the number, where the text is one
  };
  static constexpr std::size_t not_an_index = static_cast<std::size_t>(-1);
  static constexpr std::size_t segments_max = 32;

  // Dots separate levels. A key that holds a dot, a star or a quote is written in double quotes ("a.b") or with a
  // backslash before the special character (a\.b). Empty levels are an error.
  static Result<Path> parse(std::string_view text);

  const std::vector<Segment>& segments() const { return segments_; }
  bool has_wildcard() const;
  const std::string& text() const { return text_; }  // as it was written

 private:
  std::string text_;
  std::vector<Segment> segments_;
};

}  // namespace towline::record
