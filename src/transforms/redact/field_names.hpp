// Which fields are redacted because of their name, whatever their value is.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
  bool may_be_sensitive(std::string_view key) const { return key.size() < 3 || ends_[end_of(key)]; }

  // Whether the text is a pattern: something besides separators, and no `*` in the middle.
  static bool is_pattern(std::string_view text);

 private:
  bool check(std::string_view key, bool escaped);
  bool is_sensitive(std::string_view name);
  void add_end(std::string_view plain);

  // Almost every key ends differently from all patterns: its last three characters decide at once, as numbers from a
  // table of 32. Capitals and small letters have the same one, what isn't compared has 0.
  static constexpr std::size_t codes = 32;
  static constexpr std::uint8_t separator = 0;
  static constexpr std::array<std::uint8_t, 256> code_of = [] {
    std::array<std::uint8_t, 256> table{};
    for (unsigned c = 0; c < table.size(); ++c) table[c] = c % 4 + 28;
    for (unsigned c = '0'; c <= '9'; ++c) table[c] = 27;
    for (unsigned i = 0; i < 26; ++i) table['a' + i] = table['A' + i] = static_cast<std::uint8_t>(i + 1);
    for (const char c : std::string_view("-_ ].:/[")) table[static_cast<unsigned char>(c)] = separator;
    return table;
  }();
  static std::size_t end_of(std::uint8_t third, std::uint8_t before, std::uint8_t last) {
    return (third * codes + before) * codes + last;
  }
  static std::size_t end_of(std::string_view key) {
    const auto code = [&](std::size_t from_end) {
      return code_of[static_cast<unsigned char>(key.data()[key.size() - from_end])];
    };
    return end_of(code(3), code(2), code(1));
  }

  std::vector<std::string> exact_;
  std::vector<std::string> beginnings_;
  std::vector<std::string> endings_;
  std::vector<std::string> parts_;
  std::bitset<codes * codes * codes> ends_;  // that a sensitive name may have
  // Keys that turned out to be harmless, as the same ones come again and again: one for each slot, by their ends.
  static constexpr std::size_t slots = 64;
  static constexpr std::size_t slot_bytes = 48;
  std::array<std::string, slots> harmless_;
  std::string decoded_;  // scratch
  std::string plain_;
};

}  // namespace towline::redact
