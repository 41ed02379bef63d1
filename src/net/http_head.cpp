#include "net/http_head.hpp"

#include <algorithm>

namespace towline::net {

namespace {

constexpr std::string_view line_end = "\r\n";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_token_char(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || is_digit(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

// Printable, or a byte beyond ASCII (some user agents have them), or a tab.
bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7F);
}

bool equal_ignoring_case(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 32) : x) == y; });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// "POST /logs HTTP/1.1", with one space each.
bool is_request_line(std::string_view line) {
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || target_end <= method_end + 1) return false;
  const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  const std::string_view version = line.substr(target_end + 1);
  return is_token(line.substr(0, method_end)) && (version == "HTTP/1.1" || version == "HTTP/1.0") &&
         std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

// What the fields say about where the body ends, and to whom the request is addressed.
struct Framing {
  int hosts = 0;
  int lengths = 0;
  int codings = 0;
};

bool take_field(std::string_view line, Framing& framing) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!std::all_of(value.begin(), value.end(), is_value_char)) return false;
  if (equal_ignoring_case(name, "host")) ++framing.hosts;
  if (equal_ignoring_case(name, "content-length")) {
    ++framing.lengths;
    constexpr std::size_t digits_max = 18;  // fits in 64 bits whatever they are
    return !value.empty() && value.size() <= digits_max && std::all_of(value.begin(), value.end(), is_digit);
  }
  if (equal_ignoring_case(name, "transfer-encoding")) {
    ++framing.codings;
    return equal_ignoring_case(value, "chunked");
  }
  return true;
}

}  // namespace

HeadFault check_head(std::string_view head, std::size_t fields_max) {
  std::size_t end = head.find(line_end);
  if (end == std::string_view::npos || !is_request_line(head.substr(0, end))) return HeadFault::malformed;
  const bool is_http_1_1 = head[end - 1] == '1';
  Framing framing;
  for (std::size_t fields = 0;; ++fields) {
    head.remove_prefix(end + line_end.size());
    end = head.find(line_end);
    if (end == std::string_view::npos) return HeadFault::malformed;
    if (end == 0) break;
    if (fields == fields_max) return HeadFault::too_many_fields;
    if (!take_field(head.substr(0, end), framing)) return HeadFault::malformed;
  }
  const bool clear = framing.hosts <= 1 && framing.lengths + framing.codings <= 1 &&
                     (framing.codings == 0 || is_http_1_1) && head.size() == line_end.size();
  return clear ? HeadFault::none : HeadFault::malformed;
}

}  // namespace towline::net
