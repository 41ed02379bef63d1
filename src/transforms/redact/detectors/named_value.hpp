// `name=value`, `name: value`, `"name":"value"`, `--name value` in a text, and which names are those of secrets. In
// records such names are fields, which are redacted by what they are called (redact/field_names.hpp); this is for what
// stands in the middle of a string.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "transforms/redact/detectors/detector.hpp"

namespace towline::redact {

struct NamedValue {
  std::string_view name;  // letters, digits, `_`, `-`, `.`; with blanks before `key` and `token`
  char before;            // the character before the name, 0 if there is none
  char separator;         // = or :, or a blank after an option
  bool tight;             // nothing but a single = stands between name and value
  char quote;             // around the value, 0 without
  // Without quotes, and without the punctuation of the text around it. No more than value_max bytes are looked at.
  std::size_t begin;
  std::size_t end;

  static constexpr std::size_t value_max = 256;
};

// That with `at` inside its name, if there is one and the name is wanted. Reads a bounded part of the text.
using Wanted = bool (*)(std::string_view name);
std::optional<NamedValue> named_value(std::string_view text, std::size_t at, Wanted wanted);

// Where the value ends if it is longer than value_max. Call it only for matches: it reads as far as the value goes.
std::size_t whole_end(std::string_view text, const NamedValue& value);

enum class NameKind : std::uint8_t { other, password, secret, authorization, signature };
NameKind kind_of_name(std::string_view name);

// What the names of secrets are found by.
inline constexpr Anchor key_anchor = {"eE", "yY", "=:\"'`\\]"};  // ... of what ends with `key`
inline constexpr Anchor key_blank_anchor = {"kK", "eE", "yY", " "};
inline constexpr Anchor secret_anchor = {"sS", "eE", "cC", "rR"};
inline constexpr Anchor password_anchor = {"pP", "aA", "sS", "sS"};
inline constexpr Anchor pwd_anchor = {"pP", "wW", "dD", "=:\"'`\\] "};

}  // namespace towline::redact
