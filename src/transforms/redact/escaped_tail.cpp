#include "transforms/redact/escaped_tail.hpp"

#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

constexpr bool in_token(unsigned c) {
  return c < 0x80 && (is_alnum(static_cast<char>(c)) ||
                      std::string_view("-_+/=.~@%").find(static_cast<char>(c)) != std::string_view::npos);
}

constexpr unsigned hex_digit(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  const char small = to_lower(c);
  return small >= 'a' && small <= 'f' ? static_cast<unsigned>(small - 'a' + 10) : 16;
}

// The length of prefix and number, if the number in this base has at least `min` digits and stands for a character of
// tokens; else 0.
std::size_t number_length(std::string_view text, std::size_t prefix, unsigned base, std::size_t min, std::size_t max) {
  unsigned value = 0;
  std::size_t at = prefix;
  while (at < text.size() && at - prefix < max && hex_digit(text[at]) < base)
    value = value * base + hex_digit(text[at++]);
  return at - prefix >= min && in_token(value) ? at : 0;
}

// Of \u0034 and \x34, however often the backslash itself is escaped.
std::size_t backslash_length(std::string_view text) {
  const std::size_t name = std::min(text.find_first_not_of('\\'), text.size());
  if (text.substr(name).starts_with('u')) return number_length(text, name + 1, 16, 4, 4);
  if (text.substr(name).starts_with('x')) return number_length(text, name + 1, 16, 2, 2);
  return 0;
}

// Of &#52; and &#x34;, also where the & is &amp;.
std::size_t reference_length(std::string_view text) {
  std::size_t hash = 1;
  while (text.substr(hash).starts_with("amp;")) hash += 4;
  if (!text.substr(hash).starts_with('#')) return 0;
  const bool hex = text.substr(hash + 1).starts_with('x') || text.substr(hash + 1).starts_with('X');
  const std::size_t length = hex ? number_length(text, hash + 2, 16, 1, 6) : number_length(text, hash + 1, 10, 1, 7);
  return length != 0 && text.substr(length).starts_with(';') ? length + 1 : length;
}

std::size_t escape_length(std::string_view text) {
  if (text.starts_with('%')) return number_length(text, 1, 16, 2, 2);
  if (text.starts_with('\\')) return backslash_length(text);
  return text.starts_with('&') ? reference_length(text) : 0;
}

}  // namespace

std::size_t escaped_tail_end(std::string_view text, std::size_t end) {
  std::size_t escape = escape_length(text.substr(end));
  while (escape != 0) {
    end += escape;
    while (end < text.size() && text[end] != '%' && in_token(static_cast<unsigned char>(text[end]))) ++end;
    escape = escape_length(text.substr(end));
  }
  return end;
}

// A mask would show a part of what was extended.
void include_escaped_tails(std::string_view text, std::vector<Finding>& findings) {
  bool any = false;
  std::size_t reached = 0;  // what stands in the tail of another one isn't looked at again
  for (Finding& finding : findings) {
    if (finding.begin < reached) continue;
    reached = escaped_tail_end(text, finding.end);
    if (reached == finding.end) continue;
    finding.end = reached;
    finding.whole = false;
    any = true;
  }
  if (any) merge_overlaps(findings);
}

}  // namespace towline::redact
