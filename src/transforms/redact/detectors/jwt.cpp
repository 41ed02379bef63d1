// JSON Web Tokens: base64url parts with dots between them, the first an encoded JSON object ("eyJ" is `{"`). Three
// parts for a signed token, five for an encrypted one; two are enough if the second one is an object, too (its
// signature is missing or was cut off).
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t header_min = 10;
constexpr int parts_max = 5;

std::size_t find(std::string_view text, std::size_t at, Found& found) {
  const std::size_t header_end = skip(text, at, is_base64url);
  std::size_t end = header_end;
  int parts = 1;
  while (parts < parts_max && end < text.size() && text[end] == '.') {
    const std::size_t next = skip(text, end + 1, is_base64url);
    if (next == end + 1 && parts == 1) break;  // the payload isn't empty; the parts after it may be
    end = next;
    ++parts;
  }
  const bool two_objects = parts == 2 && text.substr(header_end + 1).starts_with("eyJ");
  if (header_end - at < header_min || (parts < 3 && !two_objects)) return header_end;
  found.add(at, end);
  return end;
}

constexpr Anchor anchors[] = {{"e", "y", "J"}};

}  // namespace

const Detector jwt = {"jwt", "JSON Web Tokens.", anchors, false, find};

}  // namespace towline::redact
