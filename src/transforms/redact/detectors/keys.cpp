// Keys and tokens that their issuers made recognisable by a prefix. Lengths and alphabets are those that the issuers
// document; where they only grow, the minimum counts.
#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {

namespace {

// AKIA (long-term) or ASIA (temporary) and 16 capitals or digits. Not in the middle of a longer word: base64 text
// has such stretches by chance.
std::size_t find_aws(std::string_view text, std::size_t at, Found& found) {
  constexpr std::size_t size = 20;
  const std::string_view prefix = text.substr(at, 4);
  if ((prefix != "AKIA" && prefix != "ASIA") || follows_word(text, at)) return at + 1;
  const std::size_t end =
      skip(text.substr(0, std::min(text.size(), at + size)), at, [](char c) { return is_upper(c) || is_digit(c); });
  if (end - at != size || alnum_at(text, end)) return at + 1;
  found.add(at, end);
  return end;
}

constexpr Anchor aws_anchors[] = {{"A", "KS", "I"}};

enum class Alphabet : std::uint8_t { alnum, alnum_dash, base64url, base64url_dot };

struct VendorKey {
  std::string_view prefix;
  Alphabet alphabet;  // of what follows the prefix
  std::size_t min;    // its length
  bool word_start;    // the prefix is short: only at the start of a word, which dots and dashes are part of
  bool mixed;         // ... and only if capitals and digits follow: `sk-` begins many names in lower case
};

constexpr VendorKey vendor_keys[] = {
    {"sk_live_", Alphabet::alnum, 16, false, false},         // Stripe
    {"sk_test_", Alphabet::alnum, 16, false, false},         // Stripe
    {"rk_live_", Alphabet::alnum, 16, false, false},         // Stripe, restricted
    {"rk_test_", Alphabet::alnum, 16, false, false},         // Stripe, restricted
    {"ghp_", Alphabet::alnum, 36, false, false},             // GitHub, personal
    {"gho_", Alphabet::alnum, 36, false, false},             // GitHub, OAuth
    {"ghu_", Alphabet::alnum, 36, false, false},             // GitHub, app for a user
    {"ghs_", Alphabet::alnum, 36, false, false},             // GitHub, app installation
    {"ghr_", Alphabet::alnum, 36, false, false},             // GitHub, refresh
    {"github_pat_", Alphabet::base64url, 40, false, false},  // GitHub, fine-grained
    {"glpat-", Alphabet::base64url_dot, 20, false, false},   // GitLab
    {"xapp-", Alphabet::alnum_dash, 10, false, false},       // Slack, app level
    {"xoxa-", Alphabet::alnum_dash, 10, false, false},       // Slack
    {"xoxb-", Alphabet::alnum_dash, 10, false, false},       // Slack, bot
    {"xoxe-", Alphabet::alnum_dash, 10, false, false},       // Slack, refresh, of tokens that rotate
    {"xoxp-", Alphabet::alnum_dash, 10, false, false},       // Slack, user
    {"xoxr-", Alphabet::alnum_dash, 10, false, false},       // Slack, refresh
    {"xoxs-", Alphabet::alnum_dash, 10, false, false},       // Slack, session
    {"AIza", Alphabet::base64url, 35, true, false},          // Google API
    {"SG.", Alphabet::base64url_dot, 40, true, true},        // SendGrid: 22 and 43 with a dot between them
    {"npm_", Alphabet::alnum, 36, true, false},              // npm
    {"sk-", Alphabet::base64url, 20, true, true},            // OpenAI, Anthropic and others
};

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
  }
  return false;
}

bool is_mixed(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_upper) && std::any_of(text.begin(), text.end(), is_digit);
}

bool in_dotted_word(std::string_view text, std::size_t at) {
  return at > 0 && (is_base64url(text[at - 1]) || text[at - 1] == '.') && !follows_escape(text, at);
}

// The end of this kind of key at `at`, or 0. Reads more than a few bytes of what isn't one only up to a bound.
std::size_t key_end(const VendorKey& key, std::string_view text, std::size_t at) {
  constexpr std::size_t mixed_within = 64;
  if (!text.substr(at).starts_with(key.prefix)) return 0;
  if (key.word_start && in_dotted_word(text, at)) return 0;
  const auto in_key = [&](char c) { return in_alphabet(key.alphabet, c); };
  const std::size_t begin = at + key.prefix.size();
  const std::size_t early_end = skip(text.substr(0, std::min(text.size(), begin + mixed_within)), begin, in_key);
  if (early_end - begin < key.min) return 0;
  if (key.mixed && !is_mixed(text.substr(begin, early_end - begin))) return 0;
  std::size_t end = skip(text, early_end, in_key);
  while (text[end - 1] == '.' || text[end - 1] == '-') --end;  // punctuation of the text around it
  return end - begin < key.min ? 0 : end;
}

std::size_t find_vendor_key(std::string_view text, std::size_t at, Found& found) {
  for (const VendorKey& key : vendor_keys) {
    const std::size_t end = key.prefix.front() == text[at] ? key_end(key, text, at) : 0;
    if (end == 0) continue;
    found.add(at, end);
    return end;
  }
  return at + 1;
}

constexpr Anchor vendor_anchors[] = {
    {"sr", "k", "_"}, {"s", "k", "-"}, {"g", "h", "pousr"}, {"g", "i", "t"}, {"g", "l", "p"},
    {"x", "o", "x"},  {"x", "a", "p"}, {"A", "I", "z"},     {"S", "G", "."}, {"n", "p", "m"},
};

}  // namespace

const Detector aws_access_key = {"aws_access_key", "Access key ids of AWS.", aws_anchors, false, find_aws};
const Detector vendor_key = {
    "vendor_key", "Keys and tokens of Stripe, GitHub, GitLab, Slack, Google, SendGrid, npm, OpenAI and the like.",
    vendor_anchors, false, find_vendor_key};

}  // namespace towline::redact
