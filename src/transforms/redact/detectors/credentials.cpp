// Credentials after the name of their HTTP authentication scheme: `Bearer <token>` and `Basic <base64 of
// user:password>`. The scheme's name stays.
#include <algorithm>
#include <array>
#include <cstdint>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/randomness.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t separator_max = 8;

// What tokens consist of is up to those who issue them: printable ASCII, up to what ends a value in a text.
constexpr CharacterSet ends_of_tokens("\"'`,;)]}>\\");
constexpr bool in_token(char c) {
  return c > ' ' && c < 0x7F && !ends_of_tokens.has(c);
}
constexpr bool in_base64(char c) {
  return is_base64url(c) || c == '+' || c == '/';
}

// The text after the scheme's name and what separates them, an opening quote included; the end of the text if nothing
// does.
std::size_t credentials_begin(std::string_view text, std::size_t name_end) {
  const std::string_view rest = text.substr(0, std::min(text.size(), name_end + separator_max));
  const std::size_t begin = skip(rest, name_end, [](char c) { return c == ' ' || c == '\t' || c == ':' || c == '='; });
  if (begin == name_end) return text.size();
  const std::size_t quote = begin + (begin < text.size() && text[begin] == '\\' ? 1 : 0);
  return quote < text.size() && (text[quote] == '"' || text[quote] == '\'') ? quote + 1 : begin;
}

// "Bearer authentication failed" is prose; tokens are long, or mix in digits or capitals.
bool looks_random(std::string_view token) {
  if (token.size() < 8) return false;
  if (is_placeholder(token) || token.starts_with("http")) return false;
  if (token.find('(') != std::string_view::npos) return false;  // a call: bearer = BearerToken(validator)
  const bool capitals = std::any_of(token.begin() + 1, token.end(), is_upper);
  const bool small_letters = std::any_of(token.begin(), token.end(), is_lower);
  return token.size() >= 20 || (capitals && small_letters) || std::any_of(token.begin(), token.end(), is_digit);
}

// Where the token that begins at `begin` ends, without the dots that end a sentence.
std::size_t token_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && in_token(text[end]) && !redaction_at(text, end)) ++end;
  while (end > begin && text[end - 1] == '.') --end;
  return end;
}

std::size_t find_bearer(std::string_view text, std::size_t at, Found& found) {
  constexpr std::string_view name = "bearer";
  if (!word_at(text, at, name) || follows_word(text, at)) return at + 1;
  const std::size_t begin = credentials_begin(text, at + name.size());
  const std::size_t end = token_end(text, begin);
  if (!looks_random(text.substr(begin, end - begin))) return at + name.size();
  found.add(begin, end);
  return end;
}

int base64_value(char c) {
  if (is_upper(c)) return c - 'A';
  if (is_lower(c)) return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  return c == '+' || c == '-' ? 62 : 63;
}

// Whether it decodes to printable text up to a colon; a password may have any bytes, such as the end of a line, but not
// without a user. Only the first part of a very long one is looked at.
bool is_user_and_password(std::string_view base64) {
  constexpr std::size_t looked_at = 1024;
  bool has_user = false;
  bool without_user = false;
  unsigned bits = 0;
  unsigned value = 0;
  for (const char c : base64.substr(0, looked_at)) {
    value = (value << 6U) | static_cast<unsigned>(base64_value(c));
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const auto byte = static_cast<std::uint8_t>(value >> bits);
    if (byte == ':' && has_user) return true;
    without_user = without_user || byte == ':';
    has_user = !without_user;
    if (byte < 0x20 || byte == 0x7F || (without_user && byte >= 0x80)) return false;
  }
  return without_user;
}

std::size_t find_basic(std::string_view text, std::size_t at, Found& found) {
  constexpr std::string_view name = "basic";
  if (!word_at(text, at, name) || follows_word(text, at)) return at + 1;
  const std::size_t begin = credentials_begin(text, at + name.size());
  std::size_t end = skip(text, begin, in_base64);
  if (end - begin < 4 || !is_user_and_password(text.substr(begin, end - begin))) return at + name.size();
  end = skip(text, end, [](char c) { return c == '='; });
  found.add(begin, end);
  return end;
}

constexpr Anchor bearer_anchors[] = {{"bB", "eE", "aA", "rR"}};
constexpr Anchor basic_anchors[] = {{"bB", "aA", "sS", "iI"}};

constexpr Example bearer_examples[] = {
    {"Bearer abcdef0123456789", "Bearer [REDACTED:bearer]"},
    {"Authorization: Bearer mF_9.B5f-4.1JqM", "Authorization: Bearer [REDACTED:bearer]"},
    {"BEARER  dGhpc2lzYXRva2Vu==", "BEARER  [REDACTED:bearer]"},
    {"Bearer 1|abcdefghijklmnopqrstuvwxyz0123456789ABCD", "Bearer [REDACTED:bearer]"},
    {"Bearer \"abcdef0123456789\"", "Bearer \"[REDACTED:bearer]\""},
    {"Bearer \\\"abcdef0123456789\\\"", "Bearer \\\"[REDACTED:bearer]\\\""},
    {"Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.xyz", "Bearer [REDACTED:bearer]"},
};
constexpr std::string_view bearer_counter_examples[] = {
    "Bearer token",
    "bearer authentication failed",
    "Bearer",
    "the bearer, of 20201231",
    "forbearer 12345678",
    "beard 12345678901234567890",
    "Bearer \"\"",
    "Bearer realm=\"api\"",
    "Bearer [REDACTED:field]",
    "Bearer \"token\"",
};

constexpr Example basic_examples[] = {
    {"Basic dXNlcjpwYXNzd29yZAo=", "Basic [REDACTED:basic]"},
    {"Authorization: Basic dTpw", "Authorization: Basic [REDACTED:basic]"},
    {"basic \"dXNlcjpwYXNz\"", "basic \"[REDACTED:basic]\""},
    {"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic [REDACTED:basic]"},
};
constexpr std::string_view basic_counter_examples[] = {
    "Basic authentication",
    "basic usage: see documentation",
    "Basic aGVsbG8gd29ybGQ=",
    "basic 12345678",
    "Basic Options",
    "basic",
    "BasicAuth QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
};

}  // namespace

const Detector bearer = {
    .name = "bearer",
    .description =
        "Tokens after the word Bearer, quoted or not, up to a blank, quote, comma, semicolon or closing bracket.",
    .validation = "At least eight characters, and digits, mixed case or twenty characters: prose goes on with words.",
    .examples = bearer_examples,
    .counter_examples = bearer_counter_examples,
    .anchors = bearer_anchors,
    .find = find_bearer,
};

const Detector basic = {
    .name = "basic",
    .description = "User and password, encoded, after the word Basic.",
    .validation = "Base64 that decodes to printable text up to a colon.",
    .examples = basic_examples,
    .counter_examples = basic_counter_examples,
    .anchors = basic_anchors,
    .find = find_basic,
};

}  // namespace towline::redact
