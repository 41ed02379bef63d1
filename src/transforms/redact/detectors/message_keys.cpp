// The keys of services that send and are paid: Slack, Stripe, SendGrid.
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/prefixed_key.hpp"

namespace towline::redact {

namespace {

// --- Slack ---

constexpr PrefixedKey slack_tokens[] = {
    {.prefix = "xapp-", .alphabet = Alphabet::alnum_dash, .min = 10},  // app level
    {.prefix = "xoxa-", .alphabet = Alphabet::alnum_dash, .min = 10},  // app
    {.prefix = "xoxb-", .alphabet = Alphabet::alnum_dash, .min = 10},  // bot
    {.prefix = "xoxc-", .alphabet = Alphabet::alnum_dash, .min = 10},  // client
    {.prefix = "xoxe-", .alphabet = Alphabet::alnum_dash, .min = 10},  // refresh, of tokens that rotate
    {.prefix = "xoxe.", .alphabet = Alphabet::alnum_dash, .min = 10},  // a token that rotates
    {.prefix = "xoxp-", .alphabet = Alphabet::alnum_dash, .min = 10},  // user
    {.prefix = "xoxr-", .alphabet = Alphabet::alnum_dash, .min = 10},  // refresh
    {.prefix = "xoxs-", .alphabet = Alphabet::alnum_dash, .min = 10},  // session
};

// What follows hooks.slack.com/services/ and the like posts messages. `at` is two characters before that slash.
std::size_t find_webhook(std::string_view text, std::size_t at, Found& found) {
  constexpr std::string_view host = "hooks.slack.com/";
  constexpr std::size_t secret_min = 20;
  std::size_t word = at;
  while (word > 0 && at - word < 10 && is_lower(text[word - 1])) --word;
  if (!text.substr(0, word).ends_with(host)) return at + 1;
  const std::size_t begin = at + 3;
  const std::size_t end = skip(text, begin, [](char c) { return is_base64url(c) || c == '/'; });
  if (end - begin >= secret_min) found.add(begin, end);
  return end;
}

std::size_t find_slack(std::string_view text, std::size_t at, Found& found) {
  return text[at] == 'x' ? find_prefixed(slack_tokens, text, at, found) : find_webhook(text, at, found);
}

constexpr Anchor slack_anchors[] = {{"x", "o", "x", "abceprs"}, {"x", "a", "p", "p"}, {"erw", "s", "/", "T"}};
constexpr Example slack_examples[] = {
    {"xoxb-123456789012-abcDEF", "[REDACTED:slack_token]"},
    {"xoxp-1234567890-1234567890", "[REDACTED:slack_token]"},
    {"xapp-1-A0123456789-1234567890123-abcdef", "[REDACTED:slack_token]"},
    {"xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4OTA", "[REDACTED:slack_token]"},
    {"https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
     "https://hooks.slack.com/services/[REDACTED:slack_token]"},
    {"https://hooks.slack.com/workflows/T00000000/A00000000/123456/abcdef",
     "https://hooks.slack.com/workflows/[REDACTED:slack_token]"},
};
constexpr std::string_view slack_counter_examples[] = {
    "xoxo-love",
    "xapp-short",
    "https://acme.slack.com/archives/C024BE91L",
    "https://example.com/services/T00000000/B00000000",
};

// --- Stripe ---

constexpr PrefixedKey stripe_keys[] = {
    {.prefix = "sk_live_", .alphabet = Alphabet::alnum, .min = 16, .anchor_at = 1},  // secret
    {.prefix = "sk_test_", .alphabet = Alphabet::alnum, .min = 16, .anchor_at = 1},
    {.prefix = "rk_live_", .alphabet = Alphabet::alnum, .min = 16, .anchor_at = 1},  // restricted
    {.prefix = "rk_test_", .alphabet = Alphabet::alnum, .min = 16, .anchor_at = 1},
    {.prefix = "whsec_", .alphabet = Alphabet::base64, .min = 24, .anchor_at = 2},  // of a webhook
};
std::size_t find_stripe(std::string_view text, std::size_t at, Found& found) {
  return find_prefixed(stripe_keys, text, at, found);
}
constexpr Anchor stripe_anchors[] = {{"k", "_", "lt", "ie"}, {"s", "e", "c", "_"}};
constexpr Example stripe_examples[] = {
    {"sk_live_abcdefghijklmnopqrstuvwx", "[REDACTED:stripe_key]"},
    {"rk_live_abcdefghijklmnopqrstuvwx", "[REDACTED:stripe_key]"},
    {"sk_test_abcdefghijklmnop", "[REDACTED:stripe_key]"},
    {"whsec_abcdefghijklmnopqrstuvwxyz012345", "[REDACTED:stripe_key]"},
};
constexpr std::string_view stripe_counter_examples[] = {"sk_live_short", "pk_live_abcdefghijklmnopqrstuvwx",
                                                        "task_test_case", "whsec_x"};

// --- SendGrid ---

constexpr PrefixedKey sendgrid_keys[] = {
    // 22 and 43 characters with a dot between them.
    {.prefix = "SG.", .alphabet = Alphabet::base64url_dot, .min = 40, .word_start = true, .mixed = true},
};
std::size_t find_sendgrid(std::string_view text, std::size_t at, Found& found) {
  return find_prefixed(sendgrid_keys, text, at, found);
}
constexpr Anchor sendgrid_anchors[] = {{"S", "G", "."}};
constexpr Example sendgrid_examples[] = {
    {"SG.ngeVfQFYQlKU0ufo8x5d1A.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "[REDACTED:sendgrid_key]"},
};
constexpr std::string_view sendgrid_counter_examples[] = {"SG.com", "MSG.ngeVfQFYQlKU0ufo8x5d1A.abc"};

}  // namespace

const Detector slack_token = {
    .name = "slack_token",
    .description = "Tokens of Slack, and what opens its webhooks (`hooks.slack.com/services/...`).",
    .validation =
        "A prefix (`xoxb-`, `xoxp-`, `xapp-`, ...) and 10 characters or more; after the address of a webhook 20.",
    .examples = slack_examples,
    .counter_examples = slack_counter_examples,
    .anchors = slack_anchors,
    .find = find_slack,
};

const Detector stripe_key = {
    .name = "stripe_key",
    .description = "Secret and restricted keys of Stripe, live and test, and secrets of its webhooks.",
    .validation =
        "A prefix (`sk_live_`, `rk_live_`, `sk_test_`, `rk_test_`, `whsec_`) and 16 (24) characters or more. "
        "Publishable keys (`pk_`) stay.",
    .examples = stripe_examples,
    .counter_examples = stripe_counter_examples,
    .anchors = stripe_anchors,
    .find = find_stripe,
};

const Detector sendgrid_key = {
    .name = "sendgrid_key",
    .description = "API keys of SendGrid.",
    .validation = "The prefix `SG.` and 40 characters or more, with capitals and digits.",
    .examples = sendgrid_examples,
    .counter_examples = sendgrid_counter_examples,
    .anchors = sendgrid_anchors,
    .find = find_sendgrid,
};

}  // namespace towline::redact
