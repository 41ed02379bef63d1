// Keys of AWS: the ids of access keys, and the secrets that belong to them, which only show by what stands before them.
#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/named_value.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t id_size = 20;
constexpr std::size_t secret_size = 40;

// AKIA (long-term) or ASIA (temporary) and 16 capitals or digits. Not in the middle of a longer word: base64 text has
// such stretches by chance. Its end, or 0.
std::size_t id_end(std::string_view text, std::size_t at) {
  const std::string_view prefix = text.substr(at, 4);
  if ((prefix != "AKIA" && prefix != "ASIA") || follows_word(text, at)) return 0;
  const std::size_t end =
      skip(text.substr(0, std::min(text.size(), at + id_size)), at, [](char c) { return is_upper(c) || is_digit(c); });
  return end - at != id_size || alnum_at(text, end) ? 0 : end;
}

std::size_t find_id(std::string_view text, std::size_t at, Found& found) {
  const std::size_t end = id_end(text, at);
  if (end == 0) return at + 1;
  found.add(at, end);
  return end;
}

bool in_secret(char c) {
  return is_alnum(c) || c == '+' || c == '/';
}

// Forty characters of base64, of all kinds: not a hash.
bool is_secret(std::string_view text, std::size_t at) {
  const std::string_view secret = text.substr(at, secret_size);
  const auto any = [&](auto in_class) { return std::any_of(secret.begin(), secret.end(), in_class); };
  const std::size_t end = at + secret_size;
  const bool whole = end >= text.size() || !(in_secret(text[end]) || text[end] == '=');
  return secret.size() == secret_size && whole && std::all_of(secret.begin(), secret.end(), in_secret) &&
         any(is_upper) && any(is_lower) && any(is_digit);
}

bool names_secret(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (word_at(name, i, "secret")) return true;
  }
  return false;
}

// At the id of a key, with only separators between both; or at a name with `secret` in it.
std::size_t secret_begin(std::string_view text, std::size_t at) {
  constexpr std::size_t gap_max = 8;
  const std::size_t end = id_end(text, at);
  if (end != 0) {
    const std::string_view near = text.substr(0, std::min(text.size(), end + gap_max));
    const std::size_t begin = skip(near, end, [](char c) { return !in_secret(c); });
    return begin == end ? 0 : begin;
  }
  const std::optional<NamedValue> named = named_value(text, at, names_secret);
  return named ? named->begin : 0;
}

std::size_t find_secret(std::string_view text, std::size_t at, Found& found) {
  const std::size_t begin = secret_begin(text, at);
  if (begin == 0 || !is_secret(text, begin)) return at + 1;
  found.add(begin, begin + secret_size);
  return begin + secret_size;
}

constexpr Anchor id_anchor = {"A", "KS", "I", "A"};
constexpr Anchor id_anchors[] = {id_anchor};
constexpr Anchor secret_anchors[] = {id_anchor, key_anchor, key_blank_anchor, secret_anchor};

constexpr Example id_examples[] = {
    {"AKIAIOSFODNN7EXAMPLE", "[REDACTED:aws_access_key]"},
    {"ASIAIOSFODNN7EXAMPLE", "[REDACTED:aws_access_key]"},
    {"id=AKIAIOSFODNN7EXAMPLE&x", "id=[REDACTED:aws_access_key]&x"},
};
constexpr std::string_view id_counter_examples[] = {
    "AKIAIOSFODNN7EXAMPL",  "AKIAIOSFODNN7EXAMPLE0", "xAKIAIOSFODNN7EXAMPLE",
    "AKIAiosfodnn7example", "AROAIOSFODNN7EXAMPLE",  "arn:aws:iam::123456789012:role/x",
};

constexpr Example secret_examples[] = {
    {"aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
     "aws_secret_access_key = [REDACTED:aws_secret_key]"},
    {"\"SecretAccessKey\": \"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"",
     "\"SecretAccessKey\": \"[REDACTED:aws_secret_key]\""},
    {"secret key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "secret key: [REDACTED:aws_secret_key]"},
    {"AWS_SECRET=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_SECRET=[REDACTED:aws_secret_key]"},
};
constexpr std::string_view secret_counter_examples[] = {
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "secret=da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "digest=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "secret key: none",
};

}  // namespace

const Detector aws_access_key = {
    .name = "aws_access_key",
    .description = "Ids of AWS access keys.",
    .validation = "AKIA or ASIA and 16 capitals or digits, as a word of their own.",
    .examples = id_examples,
    .counter_examples = id_counter_examples,
    .anchors = id_anchors,
    .find = find_id,
};

const Detector aws_secret_key = {
    .name = "aws_secret_key",
    .description = "Secrets of AWS access keys, after a name with `secret` in it or after the id of the key.",
    .validation =
        "Exactly 40 characters of base64 with capitals, small letters and digits: a hash isn't taken for one.",
    .examples = secret_examples,
    .counter_examples = secret_counter_examples,
    .anchors = secret_anchors,
    .find = find_secret,
};

}  // namespace towline::redact
