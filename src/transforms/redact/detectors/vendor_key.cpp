// Keys of services without a detector of their own: by a prefix, or by a mark in their middle.
#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/prefixed_key.hpp"

namespace towline::redact {

namespace {

constexpr PrefixedKey keys[] = {
    {.prefix = "npm_", .alphabet = Alphabet::alnum, .min = 36, .word_start = true},
    {.prefix = "pypi-Ag", .alphabet = Alphabet::base64url, .min = 50, .anchor_at = 3},
    {.prefix = "rubygems_", .alphabet = Alphabet::lower_hex, .min = 48, .anchor_at = 6},
    {.prefix = "dckr_pat_", .alphabet = Alphabet::base64url, .min = 20, .anchor_at = 5},       // Docker Hub
    {.prefix = "oy2", .alphabet = Alphabet::alnum, .min = 43, .max = 43, .word_start = true},  // NuGet
    {.prefix = "sk-",
     .alphabet = Alphabet::base64url,
     .min = 20,
     .word_start = true,
     .mixed = true},                                                                 // OpenAI, Anthropic
    {.prefix = "hf_", .alphabet = Alphabet::alnum, .min = 30, .word_start = true},   // Hugging Face
    {.prefix = "r8_", .alphabet = Alphabet::alnum, .min = 37, .word_start = true},   // Replicate
    {.prefix = "gsk_", .alphabet = Alphabet::alnum, .min = 40, .word_start = true},  // Groq
    {.prefix = "pplx-", .alphabet = Alphabet::alnum, .min = 40, .anchor_at = 1, .word_start = true},  // Perplexity
    {.prefix = "SK", .alphabet = Alphabet::lower_hex, .min = 32, .max = 32, .word_start = true},      // Twilio
    {.prefix = "key-",
     .alphabet = Alphabet::lower_hex,
     .min = 32,
     .max = 32,
     .anchor_at = 1,
     .word_start = true},                                                                 // Mailgun
    {.prefix = "xkeysib-", .alphabet = Alphabet::alnum_dash, .min = 60, .anchor_at = 4},  // Brevo
    {.prefix = "shpat_", .alphabet = Alphabet::alnum, .min = 32, .anchor_at = 2},         // Shopify
    {.prefix = "shpca_", .alphabet = Alphabet::alnum, .min = 32, .anchor_at = 2},
    {.prefix = "shppa_", .alphabet = Alphabet::alnum, .min = 32, .anchor_at = 2},
    {.prefix = "shpss_", .alphabet = Alphabet::alnum, .min = 32, .anchor_at = 2},
    {.prefix = "sq0atp-", .alphabet = Alphabet::base64url, .min = 22},  // Square
    {.prefix = "sq0csp-", .alphabet = Alphabet::base64url, .min = 40},
    {.prefix = "dop_v1_", .alphabet = Alphabet::lower_hex, .min = 64},  // DigitalOcean
    {.prefix = "doo_v1_", .alphabet = Alphabet::lower_hex, .min = 64},
    {.prefix = "dor_v1_", .alphabet = Alphabet::lower_hex, .min = 64},
    {.prefix = "hvs.", .alphabet = Alphabet::base64url, .min = 24, .word_start = true},  // HashiCorp Vault
    {.prefix = "hvb.", .alphabet = Alphabet::base64url, .min = 24, .word_start = true},
    {.prefix = "hvr.", .alphabet = Alphabet::base64url, .min = 24, .word_start = true},
    {.prefix = "dapi", .alphabet = Alphabet::lower_hex, .min = 32, .word_start = true},  // Databricks
    {.prefix = "glsa_", .alphabet = Alphabet::base64url, .min = 32, .anchor_at = 1},     // Grafana
    {.prefix = "glc_", .alphabet = Alphabet::base64, .min = 32, .word_start = true},
    {.prefix = "NRAK-", .alphabet = Alphabet::alnum, .min = 27},                     // New Relic
    {.prefix = "sntrys_", .alphabet = Alphabet::base64, .min = 40, .anchor_at = 3},  // Sentry
    {.prefix = "sntryu_", .alphabet = Alphabet::lower_hex, .min = 64, .anchor_at = 3},
    {.prefix = "lin_api_", .alphabet = Alphabet::alnum, .min = 32},                            // Linear
    {.prefix = "ntn_", .alphabet = Alphabet::alnum, .min = 40, .word_start = true},            // Notion
    {.prefix = "figd_", .alphabet = Alphabet::base64url, .min = 40, .anchor_at = 1},           // Figma
    {.prefix = "PMAK-", .alphabet = Alphabet::alnum_dash, .min = 59},                          // Postman
    {.prefix = "pscale_", .alphabet = Alphabet::base64url, .min = 36, .anchor_at = 3},         // PlanetScale
    {.prefix = "sbp_", .alphabet = Alphabet::lower_hex, .min = 40, .word_start = true},        // Supabase
    {.prefix = "dp.pt.", .alphabet = Alphabet::alnum, .min = 40, .word_start = true},          // Doppler
    {.prefix = "pul-", .alphabet = Alphabet::lower_hex, .min = 40, .word_start = true},        // Pulumi
    {.prefix = "HRKU-", .alphabet = Alphabet::base64url, .min = 36},                           // Heroku
    {.prefix = "CFPAT-", .alphabet = Alphabet::base64url, .min = 40},                          // Contentful
    {.prefix = "ATATT3xFf", .alphabet = Alphabet::base64url, .min = 60},                       // Atlassian
    {.prefix = "AGE-SECRET-KEY-1", .alphabet = Alphabet::alnum, .min = 58},                    // age
    {.prefix = "sk.eyJ", .alphabet = Alphabet::base64url_dot, .min = 40, .word_start = true},  // Mapbox
    {.prefix = "AccountKey=", .alphabet = Alphabet::base64, .min = 80, .anchor_at = 6, .keep_prefix = true},  // Azure
    {.prefix = "SharedAccessKey=", .alphabet = Alphabet::base64, .min = 40, .anchor_at = 11, .keep_prefix = true},
    {.prefix = "?sig=", .alphabet = Alphabet::base64, .min = 43, .anchor_at = 1, .keep_prefix = true},
    {.prefix = "&sig=", .alphabet = Alphabet::base64, .min = 43, .anchor_at = 1, .keep_prefix = true},
};

// Keys with a mark in their middle, which is where the anchor is.
struct MarkedKey {
  std::string_view mark;
  Alphabet before;  // of what stands before the mark, and how much that is
  std::size_t before_min;
  std::size_t before_max;
  Alphabet after;
  std::size_t after_min;
  std::size_t after_max;
};

constexpr MarkedKey marked_keys[] = {
    {":AA", Alphabet::digits, 8, 10, Alphabet::base64url, 33, 33},        // Telegram, bot
    {"-us", Alphabet::lower_hex, 32, 32, Alphabet::digits, 1, 2},         // Mailchimp
    {"Q~", Alphabet::tilde, 4, 4, Alphabet::tilde, 31, 34},               // Microsoft Entra, client secret
    {".atlasv1.", Alphabet::alnum, 14, 14, Alphabet::base64url, 60, 70},  // Terraform Cloud
};

std::size_t find_marked(std::string_view text, std::size_t at, Found& found) {
  for (const MarkedKey& key : marked_keys) {
    if (!text.substr(at).starts_with(key.mark)) continue;
    std::size_t begin = at;
    while (begin > 0 && at - begin < key.before_max && in_alphabet(key.before, text[begin - 1])) --begin;
    const bool bot = text.substr(0, begin).ends_with("/bot");  // in Telegram's addresses
    if (at - begin < key.before_min || (in_dotted_word(text, begin) && !bot)) continue;
    const std::size_t rest = at + key.mark.size();
    const std::string_view near = text.substr(0, std::min(text.size(), rest + key.after_max + 1));
    std::size_t end = skip(near, rest, [&](char c) { return in_alphabet(key.after, c); });
    if (end > rest && text[end - 1] == '.') --end;  // of the sentence
    if (end - rest < key.after_min || end - rest > key.after_max) continue;
    found.add(begin, end);
    return end;
  }
  return at + 1;
}

// discord.com/api/webhooks/ID/TOKEN: whoever has the token may post. `at` is two characters before the id.
std::size_t find_webhook(std::string_view text, std::size_t at, Found& found) {
  constexpr std::string_view path = "/api/webhoo";
  constexpr std::size_t id_max = 24;
  constexpr std::size_t token_min = 60;
  const std::string_view before = text.substr(0, at);
  if (!before.ends_with(path) ||
      before.substr(before.size() - std::min<std::size_t>(before.size(), 40)).find("discord") ==
          std::string_view::npos) {
    return at + 1;
  }
  const std::size_t id_end = skip(text.substr(0, std::min(text.size(), at + 3 + id_max)), at + 3, is_digit);
  if (id_end >= text.size() || text[id_end] != '/') return at + 1;
  const std::size_t end = skip(text, id_end + 1, is_base64url);
  if (end - id_end > token_min) found.add(id_end + 1, end);
  return end;
}

std::size_t find(std::string_view text, std::size_t at, Found& found) {
  const std::size_t prefixed = find_prefixed(keys, text, at, found);
  if (prefixed != at + 1) return prefixed;
  const std::size_t marked = find_marked(text, at, found);
  return marked != at + 1 || text[at] != 'k' ? marked : find_webhook(text, at, found);
}

constexpr Anchor anchors[] = {
    pat_anchor,
    {"n", "p", "m", "_"},
    {"i", "-", "A", "g"},      // pypi-Ag
    {"m", "s", "_", hex_set},  // rubygems_
    {"o", "y", "2"},
    {"s", "k", "-"},
    {"h", "f", "_"},
    {"r", "8", "_"},
    {"g", "s", "k", "_"},
    {"p", "l", "x", "-"},
    {"S", "K", hex_set, hex_set},
    {"e", "y", "-", hex_set},
    {"s", "i", "b", "-"},
    {"s", "q", "0"},
    {"d", "o", "por", "_"},
    {"h", "v", "sbr", "."},
    {"d", "a", "p", "i"},
    {"l", "s", "a", "_"},
    {"g", "l", "c", "_"},
    {"N", "R", "A", "K"},
    {"r", "y", "su", "_"},  // sntrys_
    {"l", "i", "n", "_"},
    {"n", "t", "n", "_"},
    {"i", "g", "d", "_"},
    {"P", "M", "A", "K"},
    {"a", "l", "e", "_"},  // pscale_
    {"s", "b", "p", "_"},
    {"d", "p", ".", "p"},
    {"p", "u", "l", "-"},
    {"H", "R", "K", "U"},
    {"C", "F", "P", "A"},
    {"A", "T", "A", "T"},
    {"A", "G", "E", "-"},
    {"s", "k", ".", "e"},
    {"ts", "K", "e", "y"},
    {"s", "i", "g", "="},
    {":", "A", "A"},
    {"-", "u", "s", digit_set},
    {"Q", "~"},
    {".", "a", "t", "l"},
    {"k", "s", "/", digit_set},
};

constexpr Example examples[] = {
    {"npm_abcdefghijklmnopqrstuvwxyz0123456789", "[REDACTED:vendor_key]"},
    {"pypi-AgEIcHlwaS5vcmcabcdefghijklmnopqrstuvwxyz0123456789ABC", "[REDACTED:vendor_key]"},
    {"rubygems_0123456789abcdef0123456789abcdef0123456789abcdef", "[REDACTED:vendor_key]"},
    {"dckr_pat_abcdefghijklmnopqrstuvwxyz0", "[REDACTED:vendor_key]"},
    {"sk-proj-ABCdef123abcdefghijklmnopqrstuvwxyz0123456789", "[REDACTED:vendor_key]"},
    {"sk-ant-api03-ABCDEFabcdefghijklmnopqrstuvwxyz0123456789", "[REDACTED:vendor_key]"},
    {"hf_abcdefghijklmnopqrstuvwxyz01234567", "[REDACTED:vendor_key]"},
    {"SK0123456789abcdef0123456789abcdef", "[REDACTED:vendor_key]"},
    {"key-0123456789abcdef0123456789abcdef", "[REDACTED:vendor_key]"},
    {"shpat_0123456789abcdef0123456789abcdef", "[REDACTED:vendor_key]"},
    {"sq0atp-abcdefghijklmnopqrstuv", "[REDACTED:vendor_key]"},
    {"dop_v1_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "[REDACTED:vendor_key]"},
    {"hvs.abcdefghijklmnopqrstuvwxyz01", "[REDACTED:vendor_key]"},
    {"dapi0123456789abcdef0123456789abcdef", "[REDACTED:vendor_key]"},
    {"glsa_abcdefghijklmnopqrstuvwxyz012345_1a2b3c4d", "[REDACTED:vendor_key]"},
    {"NRAK-ABCDEFGHIJKLMNOPQRSTUVWXYZ7", "[REDACTED:vendor_key]"},
    {"lin_api_abcdefghijklmnopqrstuvwxyz0123456789", "[REDACTED:vendor_key]"},
    {"ATATT3xFfabcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789", "[REDACTED:vendor_key]"},
    {"https://api.telegram.org/bot123456789:AAabcdefghijklmnopqrstuvwxyz0123456/sendMessage",
     "https://api.telegram.org/bot[REDACTED:vendor_key]/sendMessage"},
    {"123456789:AAabcdefghijklmnopqrstuvwxyz0123456", "[REDACTED:vendor_key]"},
    {"0123456789abcdef0123456789abcdef-us12", "[REDACTED:vendor_key]"},
    {"abc8Q~abcdefghijklmnopqrstuvwxyz01234567", "[REDACTED:vendor_key]"},
    {"DefaultEndpointsProtocol=https;AccountName=x;AccountKey="
     "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx==",
     "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=[REDACTED:vendor_key]"},
    {"https://x.blob.core.windows.net/c?sv=2022-11-02&sig=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG%3D",
     "https://x.blob.core.windows.net/c?sv=2022-11-02&sig=[REDACTED:vendor_key]"},
    {"https://discord.com/api/webhooks/123456789012345678/"
     "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123",
     "https://discord.com/api/webhooks/123456789012345678/[REDACTED:vendor_key]"},
};
constexpr std::string_view counter_examples[] = {
    "npm_config_registry",
    "task-ABCdef123abcdefghijklmnop",
    "sk-button-primary-large-rounded",
    "pypi.org",
    "rubygems.org",
    "SKU-4111-22",
    "key-value",
    "shopping",
    "dapi",
    "eu-us1",
    "us-east-1",
    "10:AA",
    "do_not_touch",
    "SK0123456789abcdef0123456789abcdef0",
    "x-us1 0123456789abcdef",
    "https://example.com/hooks/1",
    "design=abc",
};

}  // namespace

const Detector vendor_key = {
    .name = "vendor_key",
    .description =
        "Keys and tokens of npm, PyPI, RubyGems, NuGet, Docker Hub, OpenAI, Anthropic, Hugging Face, Replicate, Groq, "
        "Perplexity, Twilio, Mailgun, Mailchimp, Brevo, Shopify, Square, DigitalOcean, HashiCorp (Vault, Terraform), "
        "Databricks, Grafana, New Relic, Sentry, Linear, Notion, Figma, Postman, PlanetScale, Supabase, Doppler, "
        "Pulumi, "
        "Heroku, Contentful, Atlassian, Mapbox, age, Azure (storage, SAS, client secrets), Telegram and Discord "
        "webhooks.",
    .validation =
        "The prefix or mark of the issuer, its alphabet and its length; short prefixes only at the start of a word.",
    .examples = examples,
    .counter_examples = counter_examples,
    .anchors = anchors,
    .find = find,
};

}  // namespace towline::redact
