#include "transforms/redact/detectors/prefixed_key.hpp"

#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

bool is_mixed(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_upper) && std::any_of(text.begin(), text.end(), is_digit);
}

// The end of this kind of key whose prefix begins at `at`, or 0. Reads more than a few bytes of what isn't one only up
// to a bound.
std::size_t key_end(const PrefixedKey& key, std::string_view text, std::size_t at) {
  constexpr std::size_t early = 128;  // no minimum is longer
  if (!text.substr(at).starts_with(key.prefix)) return 0;
  if (key.word_start && in_dotted_word(text, at)) return 0;
  const auto in_key = [&](char c) { return in_alphabet(key.alphabet, c); };
  const std::size_t begin = at + key.prefix.size();
  const std::size_t early_end = skip(text.substr(0, std::min(text.size(), begin + early)), begin, in_key);
  if (early_end - begin < key.min) return 0;
  if (key.max != 0 && early_end - begin > key.max) return 0;
  if (key.mixed && !is_mixed(text.substr(begin, early_end - begin))) return 0;
  if (key.max != 0 && alnum_at(text, early_end)) return 0;
  std::size_t end = skip(text, early_end, in_key);
  while (end > begin && (text[end - 1] == '.' || text[end - 1] == '-')) --end;  // punctuation of the text around it
  return end - begin < key.min ? 0 : end;
}

}  // namespace

bool in_alphabet(Alphabet alphabet, char c) {
  switch (alphabet) {
    case Alphabet::alnum:
      return is_alnum(c);
    case Alphabet::alnum_dash:
      return is_alnum(c) || c == '-';
    case Alphabet::base64url:
      return is_base64url(c);
    case Alphabet::base64url_dot:
      return is_base64url(c) || c == '.';
    case Alphabet::base64:
      return is_alnum(c) || c == '+' || c == '/' || c == '=' || c == '%';
    case Alphabet::lower_hex:
      return is_digit(c) || (c >= 'a' && c <= 'f');
    case Alphabet::digits:
      return is_digit(c);
    case Alphabet::tilde:
      return is_base64url(c) || c == '.' || c == '~';
  }
  return false;
}

bool in_dotted_word(std::string_view text, std::size_t at) {
  return at > 0 && (is_base64url(text[at - 1]) || text[at - 1] == '.') && !follows_escape(text, at);
}

std::size_t find_prefixed(std::span<const PrefixedKey> keys, std::string_view text, std::size_t at, Found& found) {
  for (const PrefixedKey& key : keys) {
    if (key.prefix[key.anchor_at] != text[at] || at < key.anchor_at) continue;
    const std::size_t begin = at - key.anchor_at;
    const std::size_t end = key_end(key, text, begin);
    if (end == 0) continue;
    found.add(begin + (key.keep_prefix ? key.prefix.size() : 0), end);
    return end;
  }
  return at + 1;
}

}  // namespace towline::redact
