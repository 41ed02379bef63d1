// Keys and tokens that their issuers made recognisable by a prefix. Lengths and alphabets are those that the issuers
// document; where they only grow, the minimum counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "transforms/redact/detectors/detector.hpp"

namespace towline::redact {

enum class Alphabet : std::uint8_t {
  alnum,
  alnum_dash,
  base64url,
  base64url_dot,
  base64,  // with = and, as in addresses, %
  lower_hex,
  digits,
  tilde,  // base64url, dots and ~
};
bool in_alphabet(Alphabet alphabet, char c);

struct PrefixedKey {
  std::string_view prefix;
  Alphabet alphabet;          // of what follows the prefix
  std::size_t min;            // its length
  std::size_t max = 0;        // 0 for any; what is longer is something else
  std::size_t anchor_at = 0;  // where in the prefix the anchor is
  // The prefix is short: only at the start of a word, which dots, dashes and underscores are part of.
  bool word_start = false;
  bool mixed = false;        // only if capitals and digits follow: `sk-` begins many names in lower case
  bool keep_prefix = false;  // it is a name or an address, and stays
};

// `pat_` of several issuers, and the others of Shopify.
inline constexpr Anchor pat_anchor = {"p", "acps", "ats", "_"};

// Looks for all of them at the anchor at `at`.
std::size_t find_prefixed(std::span<const PrefixedKey> keys, std::string_view text, std::size_t at, Found& found);

// Whether the word goes on at a place from what stands before, dots, dashes and underscores being part of it.
bool in_dotted_word(std::string_view text, std::size_t at);

}  // namespace towline::redact
