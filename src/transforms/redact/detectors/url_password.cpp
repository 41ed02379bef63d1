// Passwords in addresses and connection strings: postgres://user:PASSWORD@host, redis://:PASSWORD@host,
// user:PASSWORD@tcp(host), jdbc:oracle:thin:user/PASSWORD@host, Server=x;Password=PASSWORD;..., ?password=PASSWORD&....
#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/named_value.hpp"
#include "transforms/redact/detectors/randomness.hpp"
#include "transforms/redact/detectors/url.hpp"

namespace towline::redact {

namespace {

constexpr CharacterSet around_addresses("\"'`<>\\");
bool in_address(char c) {
  return static_cast<unsigned char>(c) > ' ' && !around_addresses.has(c);
}

// The first : of `user:password` in [begin, end) if it can't be the one before a port: what follows that is a number
// and then a path.
std::size_t colon_of_user(std::string_view text, std::size_t begin, std::size_t end) {
  const std::size_t colon = text.substr(0, end).find_first_of(":/?#", begin);
  if (colon == std::string_view::npos || text[colon] != ':' || text[begin] == '[') return std::string_view::npos;
  const std::size_t port = skip(text.substr(0, end), colon + 1, is_digit);
  const bool path = port < end && (text[port] == '/' || text[port] == '?' || text[port] == '#');
  return path && colon != begin ? std::string_view::npos : colon;
}

// The last @ before the path; a password may have some, too.
std::size_t last_at_sign(std::string_view text, std::size_t at) {
  std::size_t last = at;
  for (std::size_t i = at; i < text.size() && in_address(text[i]); ++i) {
    if (text[i] == '@') last = i;
    if (text[i] == '/' || text[i] == '?' || text[i] == '#') break;
  }
  return last;
}

std::optional<UrlPassword> unless_placeholder(std::string_view text, std::size_t begin, std::size_t end) {
  if (is_placeholder(text.substr(begin, end - begin))) return std::nullopt;
  return UrlPassword{begin, end};
}

// What stands before the @ without a scheme: user:password@tcp(host), thin:user/password@host.
std::optional<UrlPassword> without_scheme(std::string_view text, std::size_t begin, std::size_t at) {
  constexpr std::string_view oracle = "jdbc:oracle:thin:";
  const std::string_view user = text.substr(begin, at - begin);
  const std::size_t thin = user.find(oracle);
  if (thin != std::string_view::npos) {
    const std::size_t slash = user.find('/', thin);
    return slash == std::string_view::npos ? std::nullopt : unless_placeholder(text, begin + slash + 1, at);
  }
  const std::string_view host = text.substr(at + 1);
  if (!host.starts_with("tcp(") && !host.starts_with("unix(")) return std::nullopt;
  const std::size_t colon = user.find(':');
  if (colon == std::string_view::npos || user.find(redaction_start) != std::string_view::npos) return std::nullopt;
  return unless_placeholder(text, begin + colon + 1, at);
}

std::size_t find_in_address(std::string_view text, std::size_t at, Found& found) {
  if (at == 0 || text[at - 1] == '@') return at + 1;
  const std::optional<UrlPassword> password = url_password_at(text, at);
  if (!password) return at + 1;
  found.add(password->begin, password->end);
  return password->end + 1;
}

// `; Word=` or `; Two Words=` as in connection strings.
bool is_item(std::string_view text) {
  constexpr std::size_t name_max = 32;
  std::size_t at = skip(text, 1, [](char c) { return c == ' '; });
  const std::size_t end =
      skip(text.substr(0, name_max), at, [](char c) { return is_alnum(c) || c == ' ' || c == '_'; });
  return text.starts_with(';') && end > at && end < text.size() && text[end] == '=';
}

char before_blanks(std::string_view text, const char* name) {
  auto at = static_cast<std::size_t>(name - text.data());
  while (at > 0 && text[at - 1] == ' ') --at;
  return at > 0 ? text[at - 1] : '\0';
}

// Up to the semicolon, blanks included; but not into the next setting where one stands after a blank.
std::size_t item_end(std::string_view text, std::size_t begin) {
  const std::size_t end = std::min(text.find_first_of(";\"'\r\n\t\\", begin), text.size());
  const std::size_t blank = text.substr(0, end).find(' ', begin);
  const bool next =
      blank != std::string_view::npos && text.substr(blank, end - blank).find('=') != std::string_view::npos;
  if (!next) return end;
  return blank > begin && text[blank - 1] == ',' ? blank - 1 : blank;
}

std::size_t find_in_string(std::string_view text, std::size_t at, Found& found) {
  const auto wanted = [](std::string_view name) { return kind_of_name(name) == NameKind::password; };
  const std::optional<NamedValue> named = named_value(text, at, wanted);
  if (!named || named->separator != '=' || named->quote != 0) return at + 1;
  const bool parameter = named->before == '?' || named->before == '&';
  const bool last = !parameter && before_blanks(text, named->name.data()) == ';';
  const std::string_view near = text.substr(0, std::min(text.size(), named->begin + NamedValue::value_max));
  const bool more = !parameter && near.find(';', named->begin) != std::string_view::npos;
  if (!parameter && !last && !more) return at + 1;
  if (is_placeholder(text.substr(named->begin, named->end - named->begin))) return at + 1;
  const std::size_t item = more ? item_end(near, named->begin) : text.size();
  const bool ends_item = more && item != near.size() && is_item(text.substr(item));
  if (!parameter && !last && !ends_item) return at + 1;
  const std::size_t end = ends_item ? item : whole_end(text, *named);
  found.add(named->begin, end);
  return end;
}

std::size_t find(std::string_view text, std::size_t at, Found& found) {
  return text[at] == '@' ? find_in_address(text, at, found) : find_in_string(text, at, found);
}

constexpr Anchor anchors[] = {{"@", "", ""}, password_anchor, pwd_anchor};

constexpr Example examples[] = {
    {"postgres://app:s3cr3t@db.internal:5432/shop", "postgres://app:[REDACTED:url_password]@db.internal:5432/shop"},
    {"redis://:p4ss@cache:6379/0", "redis://:[REDACTED:url_password]@cache:6379/0"},
    {"mongodb+srv://app:p%40ss@cluster0.example.net/shop?w=1",
     "mongodb+srv://app:[REDACTED:url_password]@cluster0.example.net/shop?w=1"},
    {"amqp://guest:guest@rabbit/%2f", "amqp://guest:[REDACTED:url_password]@rabbit/%2f"},
    {"https://ann:pa/ss@w0rd@example.com/", "https://ann:[REDACTED:url_password]@example.com/"},
    {"app:s3cr3t@tcp(10.0.0.7:3306)/shop", "app:[REDACTED:url_password]@tcp(10.0.0.7:3306)/shop"},
    {"jdbc:oracle:thin:scott/tiger@db:1521:orcl", "jdbc:oracle:thin:scott/[REDACTED:url_password]@db:1521:orcl"},
    {"Server=db;User Id=app;Password=two words;Encrypt=yes",
     "Server=db;User Id=app;Password=[REDACTED:url_password];Encrypt=yes"},
    {"Server=db;Uid=app;Pwd=s3cr3t", "Server=db;Uid=app;Pwd=[REDACTED:url_password]"},
    {"jdbc:mysql://db/shop?user=app&password=s3cr3t&useSSL=true",
     "jdbc:mysql://db/shop?user=app&password=[REDACTED:url_password]&useSSL=true"},
};
constexpr std::string_view counter_examples[] = {
    "https://example.com:8443/users/@me", "https://ann@example.com/",           "http://[::1]:8080/@x",
    "postgres://app:***@db/shop",         "postgres://app:${PASSWORD}@db/shop", "postgres://app:@db/shop",
    "https://example.com/a:b@c",          "git@github.com:acme/shop.git",       "see 10:30 @office",
};

}  // namespace

std::optional<UrlPassword> url_password_at(std::string_view text, std::size_t at) {
  constexpr std::string_view after_scheme = "://";
  constexpr std::size_t beyond_max = 64;  // the next @ before: a part of the user or the password
  std::size_t begin = at;
  std::size_t least = 0;
  while (begin > least && in_address(text[begin - 1])) {
    --begin;
    if (text[begin] == '@' && least == 0) least = begin - std::min(begin, beyond_max);
    if (text[begin] != ':' || !text.substr(begin, at - begin).starts_with(after_scheme)) continue;
    begin += after_scheme.size();
    const std::size_t end = last_at_sign(text, at);
    const std::size_t colon = colon_of_user(text, begin, end);
    return colon == std::string_view::npos ? std::nullopt : unless_placeholder(text, colon + 1, end);
  }
  return without_scheme(text, begin, at);
}

const Detector url_password = {
    .name = "url_password",
    .description =
        "Passwords in addresses (`scheme://user:password@host`), in the connection strings of databases (`Password=`, "
        "`Pwd=`, `user:password@tcp(...)`) and in queries (`?password=`).",
    .validation =
        "A colon between `://` and `@` that isn't the one before a port; or the name of a password among other "
        "settings "
        "with semicolons, or after `?` or `&`. Placeholders stay.",
    .examples = examples,
    .counter_examples = counter_examples,
    .anchors = anchors,
    .find = find,
};

}  // namespace towline::redact
