// Reads a pattern from left to right. After the first failure there is nothing more to read.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "condition/regex.hpp"

namespace towline::condition {

struct Failure {
  std::size_t at = 0;   // bytes before it
  std::string message;  // "expected a value after `=`"; never shows text of the pattern
};

// What may stand in a value or a term without quotes: letters, digits, `_ - . : / @ # +` and everything beyond ASCII.
bool is_word(char c);
// The same in a key, where a dot separates levels.
bool is_name(char c);
bool is_space(char c);

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::size_t position() const { return at_; }
  bool done() const { return at_ == text_.size(); }
  char peek() const { return done() ? '\0' : text_[at_]; }

  void skip_space();
  bool take(std::string_view token);  // if it stands here
  // The characters from here on that are of this kind, and of those in `more`.
  std::string_view take_while(bool (*is_kind)(char), std::string_view more = {});

  // A text between `quote` and `quote`, decoded: escapes are those of JSON, `\*` and `\'`. It is split at its stars, if
  // `stars` are special; otherwise it is one piece. The opening quote stands here.
  std::optional<std::vector<std::string>> take_quoted(char quote, bool stars);

  // A regular expression between `%` and `%`; `\%` stands for `%`. The opening `%` stands here.
  std::optional<Regex> take_regex();

  // Fails here, or at another place.
  std::nullopt_t fail(std::string message) { return fail_at(at_, std::move(message)); }
  std::nullopt_t fail_at(std::size_t at, std::string message);
  const Failure& failure() const { return failure_; }  // the first one

 private:
  bool take_escape(std::string& text);

  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
  std::size_t regexes_ = 0;
  Failure failure_;
};

}  // namespace towline::condition
