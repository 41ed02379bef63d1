// The parts of a Digest authorization that are credentials: Digest username="...", ..., response="...". What a server
// asks for (realm, nonce) is no secret.
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/randomness.hpp"

namespace towline::redact {

namespace {

bool is_gap(char c) {
  return c == ' ' || c == ',' || c == '\t';
}
bool in_name(char c) {
  return is_letter(c) || c == '*';
}

// One past a value, in quotes (with backslashes before them or not) or without.
struct Value {
  std::size_t begin;
  std::size_t end;
  std::size_t after;
};
Value value_at(std::string_view text, std::size_t at) {
  const std::size_t quote = skip(text, at, [](char c) { return c == '\\'; });
  const bool quoted = quote < text.size() && (text[quote] == '"' || text[quote] == '\'');
  if (!quoted) {
    const std::size_t end = skip(text, at, [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '='; });
    return {at, end, end};
  }
  const std::size_t end = skip(text, quote + 1, [&](char c) { return c != text[quote] && c != '\\' && c != '\n'; });
  const std::size_t close = skip(text, end, [](char c) { return c == '\\'; });
  const bool closed = close < text.size() && text[close] == text[quote];
  return {quote + 1, end, closed ? close + 1 : end};
}

// From parameter to parameter; returns where they end.
std::size_t find(std::string_view text, std::size_t at, Found& found) {
  constexpr std::string_view name = "digest";
  if (!word_at(text, at, name) || follows_word(text, at)) return at + 1;
  std::size_t next = skip(text, at + name.size(), is_gap);
  if (next == at + name.size()) return next;
  for (;;) {
    const std::size_t equals = skip(text, next, in_name);
    if (equals == next || equals == text.size() || text[equals] != '=') return next;
    const std::string_view parameter = text.substr(next, equals - next);
    const Value value = value_at(text, equals + 1);
    const bool secret = parameter == "username" || parameter == "username*" || parameter == "response";
    if (secret && !is_placeholder(text.substr(value.begin, value.end - value.begin))) found.add(value.begin, value.end);
    next = skip(text, value.after, is_gap);
    if (next == value.after) return next;
  }
}

constexpr Anchor anchors[] = {{"dD", "iI", "gG", "eE"}};

constexpr Example examples[] = {
    {"Digest username=\"Mufasa\", realm=\"x\", nonce=\"dcd98b71\", response=\"6629fae49393a05397450978507c4ef1\"",
     "Digest username=\"[REDACTED:digest]\", realm=\"x\", nonce=\"dcd98b71\", response=\"[REDACTED:digest]\""},
    {"Digest username=\\\"Mufasa\\\",response=\\\"6629fae49393a053\\\",qop=auth",
     "Digest username=\\\"[REDACTED:digest]\\\",response=\\\"[REDACTED:digest]\\\",qop=auth"},
};
constexpr std::string_view counter_examples[] = {
    "WWW-Authenticate: Digest realm=\"x\", nonce=\"dcd98b7102dd2f0e\"",
    "digest sha256:9b2f4c1e8d7a6b5c",
    "Digest: sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
    "the digest response",
    "Digest username=\"%s\", realm=\"%s\"",
};

}  // namespace

const Detector digest = {
    .name = "digest",
    .description = "The user and the response of a Digest authorization.",
    .validation = "The parameters `username` and `response` after the word Digest; what a server asks for stays.",
    .examples = examples,
    .counter_examples = counter_examples,
    .anchors = anchors,
    .find = find,
};

}  // namespace towline::redact
