// What this step writes in place of something, and how it knows it again: [REDACTED:name], or, with tokens,
// [REDACTED:name:KEY:TOKEN]. What stands in one was examined when it was written.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace towline::redact {

inline constexpr std::string_view unexaminable = "[REDACTED:unexaminable]";
inline constexpr std::string_view field_name = "field";
inline constexpr std::string_view unexaminable_name = "unexaminable";

class Redactions {
 public:
  // Knows the names of all detectors, "field" and "unexaminable".
  Redactions();
  // The name of a pattern: letters, digits, `_` and `-`.
  void add(std::string_view name);

  // The length of a redaction at the start of the text; 0 if there is none. "[REDACTED:hunter2]" is none.
  std::size_t length(std::string_view text) const;
  bool is_one(std::string_view text) const { return !text.empty() && length(text) == text.size(); }
  // Whether the bytes from `begin` to `end` are (a part of) one redaction.
  bool inside_one(std::string_view text, std::size_t begin, std::size_t end) const;

  static constexpr std::size_t name_max = 64;

 private:
  std::vector<std::string> names_;  // sorted
};

}  // namespace towline::redact
