// Which fields are redacted because of their name, whatever their value is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "transforms/redact/key_ends.hpp"

namespace towline::redact {

// What is sensitive unless the configuration says otherwise.
std::span<const std::string_view> default_field_names();

// Names are compared without regard to case and without `-`, `_` and spaces: api_key is apiKey, API-KEY and apikey.
// A pattern may have a `*` at its beginning, at its end, or both, for any number of characters. Of a key in several
// segments (http.request.header.authorization, user[password], ns:token) the last one counts, too.
class FieldNames {
 public:
  explicit FieldNames(std::span<const std::string> patterns);
  void add(std::string_view pattern);

  // A key as it stands in a JSON text, without its quotes.
  bool sensitive(std::string_view key, bool escaped) {
    return (escaped || may_be_sensitive(key)) && check(key, escaped);
  }
  // Says no to almost every key without escapes, at once.
  bool may_be_sensitive(std::string_view key) const { return ends_.may_be_one(key); }
  // For those who ask about many.
  const KeyEnds& ends() const { return ends_; }

  // Whether the text is a pattern: something besides separators, and no `*` in the middle.
  static bool is_pattern(std::string_view text);

 private:
  bool check(std::string_view key, bool escaped);
  bool is_sensitive(std::string_view name);

  std::vector<std::string> exact_;
  std::vector<std::string> beginnings_;
  std::vector<std::string> endings_;
  std::vector<std::string> parts_;
  KeyEnds ends_;
  // Keys that turned out to be harmless, as the same ones come again and again: one for each slot.
  static constexpr std::size_t slots = 64;
  static std::size_t slot_of(std::string_view key);
  static constexpr std::size_t slot_bytes = 48;
  std::array<std::string, slots> harmless_;
  std::string decoded_;  // scratch
  std::string plain_;
};

}  // namespace towline::redact
