// Values of session cookies in the text of a header: Cookie: a=b; c=d and Set-Cookie: a=b; Path=/.
#include <algorithm>
#include <array>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/randomness.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t looked_at = 512;  // of a value

bool in_name(char c) {
  return is_alnum(c) || c == '_' || c == '-' || c == '.';
}
constexpr CharacterSet ends_of_values("\"'`,;\\)]}>");
bool in_value(char c) {
  return c > ' ' && c < 0x7F && !ends_of_values.has(c);
}
bool is_gap(char c) {
  return c == ' ' || c == ';';
}

bool names_session(std::string_view name) {
  constexpr std::array<std::string_view, 9> parts = {"sess", "sid", "token",    "auth", "csrf",
                                                     "xsrf", "jwt", "remember", "login"};
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (std::any_of(parts.begin(), parts.end(), [&](std::string_view part) { return word_at(name, at, part); }))
      return true;
  }
  return false;
}

bool is_session(std::string_view name, std::string_view value) {
  constexpr std::size_t value_min = 6;
  constexpr std::size_t name_max = 64;
  if (value.size() < value_min || is_placeholder(value)) return false;
  return names_session(name.substr(0, name_max)) || looks_random(value);
}

// One past what stands between the word and the first cookie: `: `, `":"`, `=`; 0 if it is something else.
std::size_t cookies_begin(std::string_view text, std::size_t word_end) {
  constexpr std::size_t size_max = 8;
  const std::string_view near = text.substr(0, std::min(text.size(), word_end + size_max));
  const std::size_t end = skip(
      near, word_end, [](char c) { return c == ' ' || c == ':' || c == '=' || c == '"' || c == '\'' || c == '\\'; });
  return near.substr(word_end, end - word_end).find_first_of(":=") == std::string_view::npos ? 0 : end;
}

// `at` is in the middle of the word; goes from cookie to cookie.
std::size_t find(std::string_view text, std::size_t at, Found& found) {
  constexpr std::string_view word = "cookie";
  if (at < 3 || !word_at(text, at - 3, word)) return at + 1;
  std::size_t next = cookies_begin(text, at + 3);
  if (next == 0) return at + 3;
  for (;;) {
    const std::size_t equals = skip(text, next, in_name);
    if (equals == next) return next;
    std::size_t end = equals;
    if (equals < text.size() && text[equals] == '=') {
      end = skip(text, equals + 1, in_value);
      while (end > equals + 1 && text[end - 1] == '.') --end;  // of the sentence
      const std::string_view value = text.substr(equals + 1, std::min(end - equals - 1, looked_at));
      if (is_session(text.substr(next, equals - next), value)) found.add(equals + 1, end);
      if (value.starts_with(redaction_start)) end = std::min(text.size(), end + 1);
    }
    if (end >= text.size() || text[end] != ';') return std::min(end, text.size());
    next = skip(text, end, is_gap);
  }
}

constexpr Anchor anchors[] = {{"kK", "iI", "eE", ":=\"' \\"}};

constexpr Example examples[] = {
    {"Cookie: sessionid=38afes7a8; theme=dark", "Cookie: sessionid=[REDACTED:cookie]; theme=dark"},
    {"Set-Cookie: id=a3fWa9Kx02Lm; Path=/; HttpOnly; SameSite=Lax",
     "Set-Cookie: id=[REDACTED:cookie]; Path=/; HttpOnly; SameSite=Lax"},
    {"\"cookie\":\"csrftoken=u32t4o3tb3gg43; lang=en\"", "\"cookie\":\"csrftoken=[REDACTED:cookie]; lang=en\""},
    {"cookie=PHPSESSID=298zf09hf012fh2", "cookie=PHPSESSID=[REDACTED:cookie]"},
};
constexpr std::string_view counter_examples[] = {
    "Cookie: lang=en; theme=dark",  "Cookie: consent=accepted",   "cookie: expired",
    "cookies: sessionid=38afes7a8", "Set-Cookie: id=; Max-Age=0", "accept the cookie policy",
};

}  // namespace

const Detector cookie = {
    .name = "cookie",
    .description =
        "Values of session cookies after `Cookie:` and `Set-Cookie:` inside a text; names and attributes stay.",
    .validation =
        "Six characters and more, and a name that speaks of sessions, tokens or logins, or a value that looks as if a "
        "machine had made it up.",
    .examples = examples,
    .counter_examples = counter_examples,
    .anchors = anchors,
    .find = find,
};

}  // namespace towline::redact
