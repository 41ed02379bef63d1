// Which fields are redacted because of their name, whatever their value is.
#pragma once

#include <bitset>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace towline::redact {

// What is sensitive unless the configuration says otherwise.
std::span<const std::string_view> default_field_names();

// Names are compared without regard to case and without `-`, `_` and spaces: api_key is apiKey, API-KEY and apikey.
// A pattern may have a `*` at its beginning, at its end, or both, for any number of characters.
class FieldNames {
 public:
  explicit FieldNames(std::span<const std::string> patterns);
  void add(std::string_view pattern);

  // A key as it stands in a JSON text, without its quotes.
  bool sensitive(std::string_view key, bool escaped) {
    return !escaped && !may_be_sensitive(key) ? false : check(key, escaped);
  }

  // Whether the text is a pattern: something besides separators, and no `*` in the middle.
  static bool is_pattern(std::string_view text);

 private:
  // Almost every key ends differently from all patterns: the last two characters, each without the bits that tell
  // capitals from small letters, decide at once.
  bool may_be_sensitive(std::string_view key) const {
    if (any_end_ || key.size() < 2) return true;
    const char last = key[key.size() - 1];
    const char before = key[key.size() - 2];
    return is_separator(last) || is_separator(before) || ends_.test(end_of(before, last));
  }
  bool check(std::string_view key, bool escaped);

  static bool is_separator(char c) { return c == '-' || c == '_' || c == ' '; }
  static std::size_t end_of(char before, char last) {
    return (static_cast<unsigned char>(before) & 31U) << 5U | (static_cast<unsigned char>(last) & 31U);
  }

  std::vector<std::string> exact_;
  std::vector<std::string> beginnings_;
  std::vector<std::string> endings_;
  std::vector<std::string> parts_;
  std::bitset<1024> ends_;
  bool any_end_ = false;
  std::string decoded_;  // scratch
  std::string plain_;
};

}  // namespace towline::redact
