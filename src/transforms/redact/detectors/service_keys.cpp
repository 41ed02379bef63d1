// The keys of services that have a detector of their own. All others are in vendor_key.cpp.
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/prefixed_key.hpp"

namespace towline::redact {

namespace {

// --- Google Cloud ---

constexpr PrefixedKey gcp_keys[] = {
    {.prefix = "AIza", .alphabet = Alphabet::base64url, .min = 35, .word_start = true},  // API key
    {.prefix = "ya29.", .alphabet = Alphabet::base64url_dot, .min = 20},                 // OAuth access token
    {.prefix = "GOCSPX-", .alphabet = Alphabet::base64url, .min = 24},                   // OAuth client secret
    {.prefix = "1//0", .alphabet = Alphabet::base64url, .min = 40, .word_start = true},  // OAuth refresh token
};
constexpr Anchor gcp_anchors[] = {
    {"A", "I", "z", "a"}, {"y", "a", "2", "9"}, {"G", "O", "C", "S"}, {"1", "/", "/", "0"}};
constexpr Example gcp_examples[] = {
    {"AIzaSyefghijklmnopqrstuvwxyz0123456789X", "[REDACTED:gcp_key]"},
    {"key=AIzaSyefghijklmnopqrstuvwxyz0123456789X&q=1", "key=[REDACTED:gcp_key]&q=1"},
    {"ya29.a0AfH6SMBx1234567890abcdefghij", "[REDACTED:gcp_key]"},
    {"GOCSPX-abcdefghijklmnopqrstuvwx1234", "[REDACTED:gcp_key]"},
    {"1//0gabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ", "[REDACTED:gcp_key]"},
};
constexpr std::string_view gcp_counter_examples[] = {"AIza", "AIzaSy-short", "ya29", "https://x/1//0",
                                                     "xAIzaSyefghijklmnopqrstuvwxyz0123456789X"};
std::size_t find_gcp(std::string_view text, std::size_t at, Found& found) {
  return find_prefixed(gcp_keys, text, at, found);
}

// --- GitHub ---

constexpr PrefixedKey github_tokens[] = {
    {.prefix = "ghp_", .alphabet = Alphabet::alnum, .min = 36},                             // personal
    {.prefix = "gho_", .alphabet = Alphabet::alnum, .min = 36},                             // OAuth
    {.prefix = "ghu_", .alphabet = Alphabet::alnum, .min = 36},                             // an app for a user
    {.prefix = "ghs_", .alphabet = Alphabet::alnum, .min = 36},                             // an installed app
    {.prefix = "ghr_", .alphabet = Alphabet::alnum, .min = 36},                             // refresh
    {.prefix = "github_pat_", .alphabet = Alphabet::base64url, .min = 40, .anchor_at = 7},  // fine-grained
};
constexpr Anchor github_anchors[] = {{"g", "h", "pousr", "_"}, pat_anchor};
constexpr Example github_examples[] = {
    {"ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[REDACTED:github_token]"},
    {"ghs_abcdefghijklmnopqrstuvwxyz0123456789", "[REDACTED:github_token]"},
    {"github_pat_11ABCDEFG0abcdefghijkl_abcdefghijklmnopqrstuvwxyz0123456789", "[REDACTED:github_token]"},
};
constexpr std::string_view github_counter_examples[] = {"ghp_short", "github_pat_short", "git-hub",
                                                        "https://github.com/acme/shop"};
std::size_t find_github(std::string_view text, std::size_t at, Found& found) {
  return find_prefixed(github_tokens, text, at, found);
}

// --- GitLab ---

constexpr PrefixedKey gitlab_tokens[] = {
    {.prefix = "glpat-",
     .alphabet = Alphabet::base64url_dot,
     .min = 20,
     .anchor_at = 2},  // personal, of a project, of a group
    {.prefix = "gldt-", .alphabet = Alphabet::base64url_dot, .min = 20, .anchor_at = 1},    // deploy
    {.prefix = "glrt-", .alphabet = Alphabet::base64url_dot, .min = 20, .anchor_at = 1},    // runner
    {.prefix = "glcbt-", .alphabet = Alphabet::base64url_dot, .min = 20, .anchor_at = 2},   // CI job
    {.prefix = "glptt-", .alphabet = Alphabet::base64url_dot, .min = 20, .anchor_at = 2},   // trigger
    {.prefix = "glft-", .alphabet = Alphabet::base64url_dot, .min = 20, .anchor_at = 1},    // feed
    {.prefix = "glimt-", .alphabet = Alphabet::base64url_dot, .min = 20, .anchor_at = 2},   // incoming mail
    {.prefix = "glagent-", .alphabet = Alphabet::base64url_dot, .min = 20},                 // agent for Kubernetes
    {.prefix = "gloas-", .alphabet = Alphabet::base64url_dot, .min = 20, .anchor_at = 2},   // OAuth application
    {.prefix = "glsoat-", .alphabet = Alphabet::base64url_dot, .min = 20, .anchor_at = 3},  // SCIM
};
constexpr Anchor gitlab_anchors[] = {{"p", "a", "t", "-"},
                                     {"l", "drf", "t", "-"},
                                     {"cpi", "btm", "t", "-"},
                                     {"o", "a", "ts", "-"},
                                     {"g", "l", "a", "g"}};
constexpr Example gitlab_examples[] = {
    {"glpat-qrstuvwxyz0123456789", "[REDACTED:gitlab_token]"},
    {"glrt-ABCdefGHIjkl-0123456789", "[REDACTED:gitlab_token]"},
    {"gldt-qrstuvwxyz0123456789.", "[REDACTED:gitlab_token]."},
};
constexpr std::string_view gitlab_counter_examples[] = {"glpat-x", "global-variables-and-more-of-them", "glass"};
std::size_t find_gitlab(std::string_view text, std::size_t at, Found& found) {
  return find_prefixed(gitlab_tokens, text, at, found);
}

}  // namespace

const Detector gcp_key = {
    .name = "gcp_key",
    .description = "API keys, OAuth tokens and client secrets of Google Cloud.",
    .validation = "A prefix (`AIza`, `ya29.`, `GOCSPX-`, `1//0`) and at least as many characters as such keys have.",
    .examples = gcp_examples,
    .counter_examples = gcp_counter_examples,
    .anchors = gcp_anchors,
    .find = find_gcp,
};

const Detector github_token = {
    .name = "github_token",
    .description = "Tokens of GitHub: personal (classic and fine-grained), of apps, OAuth, refresh.",
    .validation = "A prefix (`ghp_`, `gho_`, `ghu_`, `ghs_`, `ghr_`, `github_pat_`) and 36 (40) characters or more.",
    .examples = github_examples,
    .counter_examples = github_counter_examples,
    .anchors = github_anchors,
    .find = find_github,
};

const Detector gitlab_token = {
    .name = "gitlab_token",
    .description = "Tokens of GitLab: personal, deploy, runner, CI job, trigger, feed, mail, agent, OAuth, SCIM.",
    .validation = "A prefix (`glpat-`, `gldt-`, `glrt-`, ...) and 20 characters or more.",
    .examples = gitlab_examples,
    .counter_examples = gitlab_counter_examples,
    .anchors = gitlab_anchors,
    .find = find_gitlab,
};

}  // namespace towline::redact
