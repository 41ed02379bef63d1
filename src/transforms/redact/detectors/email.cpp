// E-mail addresses: user@example.com becomes u***@example.com. The domain has a dot and ends with letters, so user@host
// and package@1.2.3 are none; nor are the names of images for other resolutions (logo@2x.png).
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {

namespace {

// What RFC 5322 allows in an unquoted local part, without the characters that in texts stand around an address
// instead (= & ? / { } | `), and with those of other scripts.
constexpr bool in_local_part(char c) {
  return is_alnum(c) || is_beyond_ascii(c) || std::string_view("._%+-'~!#$*^").find(c) != std::string_view::npos;
}
constexpr bool begins_local_part(char c) {
  return is_alnum(c) || is_beyond_ascii(c) || c == '_';
}
constexpr bool in_domain(char c) {
  return is_alnum(c) || is_beyond_ascii(c) || c == '-' || c == '.';
}

std::size_t first_character(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) ++size;
  return size;
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

bool is_masked(std::string_view local_part) {
  return local_part.ends_with("***") && first_character(local_part) + 3 == local_part.size();
}

// Local parts end at the @ before, domains at the @ after: no byte is read more than twice.
std::size_t find(std::string_view text, std::size_t at, Found& found) {
  std::size_t begin = at;
  while (begin > 0 && in_local_part(text[begin - 1])) --begin;
  while (begin < at && !begins_local_part(text[begin])) ++begin;
  const std::string_view local_part = text.substr(begin, at - begin);
  if (local_part.empty() || is_masked(local_part)) return at + 1;
  const std::string_view domain = domain_of(text.substr(at + 1));
  if (!domain.empty() && !is_image_name(domain)) found.add(begin, at + 1 + domain.size());
  return at + 1;
}

// A name of one letter isn't shown at all.
void mask(std::string_view match, std::string& out) {
  const std::size_t at = match.rfind('@');
  const std::size_t shown = first_character(match);
  if (shown < at) out += match.substr(0, shown);
  out += "***";
  out += match.substr(at);
}

constexpr Anchor anchors[] = {{"@", "", ""}};

}  // namespace

const Detector email = {"email", "E-mail addresses; the first letter and the domain stay.", anchors, false, find, mask};

}  // namespace towline::redact
