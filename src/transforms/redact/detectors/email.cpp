// E-mail addresses: user@example.com becomes u***@example.com. The domain has a dot and ends with letters, so user@host
// and package@1.2.3 are none; nor are the names of images for other resolutions (logo@2x.png), of systemd's units
// (getty@tty1.service) and of repositories (git@host:path), nor passwords in addresses.
#include <algorithm>
#include <array>
#include <bit>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/url.hpp"

namespace towline::redact {

namespace {

// What RFC 5322 allows in an unquoted local part, without the characters that in texts stand around an address
// instead (= & ? / { } | `), and with those of other scripts.
constexpr CharacterSet punctuation_of_local_part("._%+-'~!#$*^");
constexpr bool in_local_part(char c) {
  return is_alnum(c) || is_beyond_ascii(c) || punctuation_of_local_part.has(c);
}
constexpr bool begins_local_part(char c) {
  return is_alnum(c) || is_beyond_ascii(c) || c == '_';
}
constexpr bool in_domain(char c) {
  return is_alnum(c) || is_beyond_ascii(c) || c == '-' || c == '.';
}

// Its bytes; 0 where the text begins with none, since what isn't UTF-8 would be written as something else.
std::size_t first_character(std::string_view text) {
  if (!is_beyond_ascii(text[0])) return 1;
  const int size = std::countl_one(static_cast<unsigned char>(text[0]));
  if (size < 2 || size > 4 || text.size() < static_cast<std::size_t>(size)) return 0;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  const std::string_view character = text.substr(0, static_cast<std::size_t>(size));
  return std::all_of(character.begin() + 1, character.end(), continues) ? character.size() : 0;
}

bool is_top_level(std::string_view label) {
  if (label.size() < 2 || label.back() == '-') return false;
  return is_letter(label[0]) || is_beyond_ascii(label[0]);
}

// The longest domain at the start of the text; empty if there is none.
std::string_view domain_of(std::string_view text) {
  std::string_view domain = text.substr(0, skip(text, 0, in_domain));
  domain = domain.substr(0, domain.find(".."));
  for (;;) {
    while (domain.ends_with('-')) domain.remove_suffix(1);  // a dash behind it: "ann@example.com->..."
    const std::size_t dot = domain.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return {};
    if (is_top_level(domain.substr(dot + 1))) return domain;
    domain = domain.substr(0, dot);
  }
}

bool is_image_name(std::string_view domain) {
  if (domain.size() < 5 || !is_digit(domain[0]) || domain[1] != 'x' || domain[2] != '.') return false;
  const std::string_view ending = domain.substr(3);
  return ending == "png" || ending == "jpg" || ending == "jpeg" || ending == "webp" || ending == "gif";
}

bool is_unit_name(std::string_view domain) {
  constexpr std::array<std::string_view, 11> types = {"service", "socket", "target", "timer",  "mount",    "slice",
                                                      "scope",   "path",   "swap",   "device", "automount"};
  return std::find(types.begin(), types.end(), domain.substr(domain.rfind('.') + 1)) != types.end();
}

// git@host:path and ssh://git@host/path.
bool is_repository(std::string_view text, std::size_t begin, std::size_t end, std::string_view local_part) {
  if (local_part != "git" && local_part != "hg") return false;
  return text.substr(0, begin).ends_with("//") || (end < text.size() && (text[end] == ':' || text[end] == '/'));
}

bool is_masked(std::string_view local_part) {
  return local_part.ends_with("***") && first_character(local_part) + 3 == local_part.size();
}

// What people write into quotes, with escaped ones among it.
constexpr bool in_quoted(char c) {
  return in_local_part(c) || c == ' ' || c == '\\' || c == '"';
}

// Where the quoted local part before the @ begins ("john doe"@example.com), or `at` if there is none.
std::size_t quoted_begin(std::string_view text, std::size_t at) {
  constexpr std::size_t local_part_max = 66;
  if (at < 3 || text[at - 1] != '"' || text[at - 2] == '\\') return at;
  const std::size_t least = at - std::min(at, local_part_max);
  for (std::size_t begin = at - 2; begin >= least && in_quoted(text[begin]); --begin) {
    const bool escaped = begin > 0 && text[begin - 1] == '\\';
    if (text[begin] == '"' && !escaped) return begin + 2 < at && !follows_word(text, begin) ? begin : at;
    if (begin == 0) break;
  }
  return at;
}

// The end of an escape before a local part (\n, ESC[35m) is no part of it.
std::size_t unquoted_begin(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && in_local_part(text[begin - 1])) --begin;
  const std::size_t escape = skip(text.substr(0, at), begin, is_digit);
  if (escape < at && is_letter(text[escape]) && follows_escape(text, escape + 1)) begin = escape + 1;
  while (begin < at && !begins_local_part(text[begin])) ++begin;
  return begin;
}

// Local parts end at the @ before, domains at the @ after: no byte is read more than twice.
std::size_t find(std::string_view text, std::size_t at, Found& found) {
  if (at == 0 || text[at - 1] == '@') return at + 1;
  const std::size_t begin = at > 0 && text[at - 1] == '"' ? quoted_begin(text, at) : unquoted_begin(text, at);
  const std::string_view local_part = text.substr(begin, at - begin);
  if (local_part.empty() || is_masked(local_part)) return at + 1;
  const std::string_view domain = domain_of(text.substr(at + 1));
  if (domain.empty() || is_image_name(domain) || is_unit_name(domain)) return at + 1;
  if (is_repository(text, begin, at + 1 + domain.size(), local_part)) return at + 1;
  const std::optional<UrlPassword> password = url_password_at(text, at);
  if (!password || password->end != at) found.add(begin, at + 1 + domain.size());
  return at + 1;
}

// A name of one letter isn't shown at all, nor one in quotes.
void mask(std::string_view match, std::string& out) {
  const std::size_t at = match.rfind('@');
  const std::size_t shown = first_character(match);
  if (shown < at && match[0] != '"') out += match.substr(0, shown);
  out += "***";
  out += match.substr(at);
}

constexpr Anchor anchors[] = {{"@", "", ""}};

constexpr Example examples[] = {
    {"user@example.com", "u***@example.com"},
    {"First.Last+tag@mail.example.co.uk", "F***@mail.example.co.uk"},
    {"o'brien@example.ie", "o***@example.ie"},
    {"x@example.com", "***@example.com"},
    {"m\xC3\xBCller@example.de", "m***@example.de"},
    {"\xC3\xBCnal@b\xC3\xBC"
     "cher.de",
     "\xC3\xBC***@b\xC3\xBC"
     "cher.de"},
    {"ann@xn--bcher-kva.xn--p1ai", "a***@xn--bcher-kva.xn--p1ai"},
    {"\"john doe\"@example.com", "***@example.com"},
    {"mailto:ann@example.com?subject=x", "mailto:a***@example.com?subject=x"},
    {"ann@example.com,bob@example.com", "a***@example.com,b***@example.com"},
    {"ann@example.com->bob@example.com-- x", "a***@example.com->b***@example.com-- x"},
};
constexpr std::string_view counter_examples[] = {
    "user@localhost",
    "@decorator",
    "left-pad@1.3.0",
    "image@2x.png",
    "a @ b.com",
    "u***@example.com",
    "***@example.com",
    "user@10.0.0.1",
    "v1@sha256.0f0f",
    "git@github.com:acme/shop.git",
    "ssh://git@example.com/acme/shop.git",
    "getty@tty1.service",
    "postgres://app:secret@db.example.com/x",
};

}  // namespace

const Detector email = {
    .name = "email",
    .description = "E-mail addresses; the first letter and the domain stay.",
    .validation =
        "A name before the `@`, in quotes too, and after it a domain with a dot that ends with letters. None are "
        "images for other resolutions (`logo@2x.png`), systemd's units (`getty@tty1.service`), repositories "
        "(`git@host:path`) "
        "and passwords in addresses.",
    .examples = examples,
    .counter_examples = counter_examples,
    .anchors = anchors,
    .find = find,
    .mask = mask,
};

}  // namespace towline::redact
