// Secrets that only their name gives away, in the middle of a text: password=x, "token":"...", api key: .... Passwords
// are whatever people choose; anything else has to look as if a machine had made it up.
#include <algorithm>
#include <array>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/named_value.hpp"
#include "transforms/redact/detectors/randomness.hpp"

namespace towline::redact {

namespace {

// PWD is where a shell is; `pass` is what tests do, too.
bool is_other(const NamedValue& named, std::string_view value) {
  if (named.name.size() == 4 && word_at(named.name, 0, "pass")) {
    if (named.before == ':' || std::all_of(value.begin(), value.end(), is_digit)) return true;
    return !named.tight && (named.quote == 0 || named.name == "PASS");
  }
  return named.name.ends_with("PWD") && (value[0] == '/' || value[0] == '.' || value[0] == '$' || named.quote == '`');
}

// password = get_password(user), url.password, $config->{password}
bool is_expression(std::string_view value) {
  if (value.find("->") != std::string_view::npos) return true;
  if (value.find_first_of("._") != std::string_view::npos && kind_of_name(value) == NameKind::password) return true;
  const std::size_t name = skip(value, 0, [](char c) { return is_letter(c) || c == '_' || c == '.' || c == ':'; });
  return name > 2 && name < value.size() && value[name] == '(';
}

// After a colon or a blank prose may go on: "password: must be longer".
bool is_password(const NamedValue& named, std::string_view value) {
  if (is_placeholder(value) || is_other(named, value) || is_expression(value)) return false;
  if (named.tight || named.quote != 0) return true;
  constexpr std::size_t size_min = 6;
  const bool digits = std::any_of(value.begin(), value.end(), is_digit);
  const bool letters = std::any_of(value.begin(), value.end(), is_letter);
  if (named.separator == ' ' && value[0] == '-') return false;
  const bool symbols = value.find_first_of("!@#$%^*+=?~") < value.size() - 1;  // not at the end of a sentence
  return value.size() >= size_min && letters && (digits || symbols);
}

// What is signed is no secret, but in an address the signature is what opens it.
bool opens_address(const NamedValue& named, std::string_view value) {
  constexpr std::size_t size_min = 32;
  const bool parameter = named.before == '?' || named.before == '&' || named.before == ',' || named.before == ' ';
  return parameter && named.separator == '=' && value.size() >= size_min && looks_random(value);
}

// The value of an Authorization header after the word that says of what kind it is, unless that is a detector's own.
bool skip_scheme(std::string_view text, NamedValue& named) {
  constexpr std::array<std::string_view, 3> others = {"bearer", "basic", "digest"};
  const std::string_view scheme = text.substr(named.begin, named.end - named.begin);
  if (!std::all_of(scheme.begin(), scheme.end(), [](char c) { return is_letter(c) || c == '-'; })) return true;
  const bool other = std::any_of(others.begin(), others.end(), [&](std::string_view name) {
    return scheme.size() == name.size() && word_at(scheme, 0, name);
  });
  const std::size_t next = skip(text, named.end, [](char c) { return c == ' '; });
  if (other || next == named.end || next > named.end + 4) return false;
  const std::string_view rest = text.substr(next, NamedValue::value_max);
  named.begin = next;
  named.end = next + std::min(rest.find_first_of(" \t\r\n\"'`,;\\"), rest.size());
  return true;
}

// arn:aws:secretsmanager:...:secret:NAME-AbCdEf is the name of a secret.
bool in_arn(std::string_view text, std::size_t at) {
  constexpr std::size_t before_max = 128;
  std::size_t begin = at;
  while (begin > 0 && at - begin < before_max && (is_base64url(text[begin - 1]) || text[begin - 1] == ':')) --begin;
  return text.substr(begin).starts_with("arn:");
}

std::size_t find(std::string_view text, std::size_t at, Found& found) {
  const auto wanted = [](std::string_view name) { return kind_of_name(name) != NameKind::other; };
  std::optional<NamedValue> named = named_value(text, at, wanted);
  if (!named || (named->before == ':' && in_arn(text, at))) return at + 1;
  const NameKind kind = kind_of_name(named->name);
  const bool scheme = kind == NameKind::authorization && named->quote == 0;
  if (scheme && !skip_scheme(text, *named)) return at + 1;
  const std::string_view value = text.substr(named->begin, named->end - named->begin);
  bool secret = kind == NameKind::signature ? opens_address(*named, value) : looks_random(value);
  if (kind == NameKind::password) secret = is_password(*named, value);
  if (!secret) return at + 1;
  const std::size_t end = whole_end(text, *named);
  found.add(named->begin, end);
  return end;
}

constexpr Anchor anchors[] = {
    key_anchor,
    key_blank_anchor,
    secret_anchor,
    password_anchor,
    pwd_anchor,
    {"tT", "oO", "kK", "eE"},
    {"cC", "rR", "eE", "dD"},  // credential
    {"oO", "rR", "iI", "zZ"},  // authorization
    {"gG", "nN", "aA", "tT"},  // signature
    {"oO", "nN", "iI", "dD"},  // sessionid
    {"sS", "sS", "iI", "dD"},  // sessid
    {"s", "i", "g", "="},
};

constexpr Example examples[] = {
    {"password=hunter2", "password=[REDACTED:generic_secret]"},
    {"db_password: hunter2", "db_password: [REDACTED:generic_secret]"},
    {"{\"password\": \"correct horse\"}", "{\"password\": \"[REDACTED:generic_secret]\"}"},
    {"{\\\"secret\\\":\\\"q8Zk2mXw91Lt\\\"}", "{\\\"secret\\\":\\\"[REDACTED:generic_secret]\\\"}"},
    {"connect --password hunter2", "connect --password [REDACTED:generic_secret]"},
    {"ALTER USER app PASSWORD 'hunter2'", "ALTER USER app PASSWORD '[REDACTED:generic_secret]'"},
    {"api key: 8f3kZq71LmWx02Rt", "api key: [REDACTED:generic_secret]"},
    {"X-Api-Key: 9b2f4c1e8d7a6b5c", "X-Api-Key: [REDACTED:generic_secret]"},
    {"token='dGhpcyBpcyBhIHRva2Vu'", "token='[REDACTED:generic_secret]'"},
    {"client_secret => 'k7Qp2vXc9LzM4nRt'", "client_secret => '[REDACTED:generic_secret]'"},
    {"Authorization: ApiKey c2Vzc2lvbjoxMjM0NTY3", "Authorization: ApiKey [REDACTED:generic_secret]"},
    {"/cart;jsessionid=1A530637289A03B07199A44E8D531427", "/cart;jsessionid=[REDACTED:generic_secret]"},
    {"https://b.example.com/o?X-Amz-Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
     "https://b.example.com/o?X-Amz-Signature=[REDACTED:generic_secret]"},
};
constexpr std::string_view counter_examples[] = {
    "password: must be at least 8 characters",
    "password=***",
    "password=${DB_PASSWORD}",
    "password=null",
    "where password = ?",
    "where name=:name and password=:password",
    "token: expected",
    "max_tokens: 4096",
    "next_token=eyJvZmZzZXQiOjEwMDAwMDB9",
    "secret=my-secret-name",
    "token=com.example.security.TokenFilter",
    "secret: /var/run/secrets/token",
    "cache key: 9b2f4c1e8d7a6b5c9b2f4c1e",
    "public key=9b2f4c1e8d7a6b5c9b2f4c1e",
    "Unexpected token: q8Zk2mXw91Lt",
    "token_type=Bearer",
    "authorization: required",
    "they: 9b2f4c1e8d7a6b5c",
    "bypass=1",
    "PASS: binutils-all/pr19020a",
    "PWD=/srv/app",
    "pass=2: continue",
    "proxy_pass=url.password",
    "$password = $config->{password};",
    "--ask-password -user=foo1",
    "the lines \"passwd:\" and \"group:\"",
    "token=Root%20CA%20Certificates",
};

}  // namespace

const Detector generic_secret = {
    .name = "generic_secret",
    .description =
        "Values of passwords, secrets, tokens, API and other secret keys, credentials and session ids inside a text: "
        "`name=value`, `name: value`, `\"name\":\"value\"`, `--name value`.",
    .validation =
        "The name ends like that of a secret. A password is anything directly after `=` or in quotes, and otherwise "
        "what has more than letters. Other values have eight characters and more, aren't put together from words, "
        "numbers and "
        "short pieces, and pass a check of their entropy. Placeholders stay.",
    .examples = examples,
    .counter_examples = counter_examples,
    .anchors = anchors,
    .find = find,
};

}  // namespace towline::redact
