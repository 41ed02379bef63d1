// JSON Web Tokens: base64url parts with dots between them, the first an encoded JSON object ("eyJ" is `{"`). Three
// parts for a signed token, five for an encrypted one; two are enough if the second one is an object, too (its
// signature is missing or was cut off).
#include <array>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t header_min = 10;
constexpr std::size_t parts_max = 5;

// The parts of a token and where they end.
struct Parts {
  std::array<std::string_view, parts_max> list;
  std::array<std::size_t, parts_max> end{};
  std::size_t count = 0;

  Parts(std::string_view text, std::size_t at) {
    for (;;) {
      const std::size_t begin = at;
      at = skip(text, at, is_base64url);
      list[count] = text.substr(begin, at - begin);
      end[count++] = at;
      if (count == parts_max || at == text.size() || text[at] != '.') return;
      ++at;
    }
  }
  bool has(std::size_t part) const { return part < count && !list[part].empty(); }
};

// Where the token ends, or 0. The dot that ends a sentence isn't part of it.
std::size_t token_end(const Parts& parts) {
  if (parts.list[0].size() < header_min) return 0;
  if (parts.has(2) && parts.has(3) && parts.has(4)) return parts.end[4];  // encrypted; its key may be empty
  if (parts.has(1) && parts.has(2)) return parts.end[parts.has(3) ? 3 : 2];
  if (!parts.has(1) || !parts.list[1].starts_with("eyJ")) return 0;
  return parts.end[parts.count > 2 ? 2 : 1];
}

std::size_t find(std::string_view text, std::size_t at, Found& found) {
  const Parts parts(text, at);
  const std::size_t end = token_end(parts);
  if (end == 0) return parts.end[0];
  found.add(at, end);
  return end;
}

constexpr Anchor anchors[] = {{"e", "y", "J"}};

constexpr Example examples[] = {
    {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n1I9PlFUP0THsR8U", "[REDACTED:jwt]"},
    {"eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..48V1_ALb6US0.5eym8TW_c8Su.XFBoMYUZodet", "[REDACTED:jwt]"},
    {"eyJhbGciOiJSU0EtT0FFUCJ9.OKOawDo13gRp.48V1_ALb6US0.5eym8TW_c8Su.XFBoMYUZodet", "[REDACTED:jwt]"},
};
constexpr std::string_view counter_examples[] = {
    "eyJhbGciOiJIUzI1NiJ9",
    "eyJ.a.b",
    "eyJhbGciOiJIUzI1NiJ9.json",
    "keyJson.parse.it",
};

}  // namespace

const Detector jwt = {
    .name = "jwt",
    .description = "JSON Web Tokens, signed, encrypted or without a signature.",
    .validation =
        "Base64url parts with dots between them, of which the first is an encoded JSON object: three, five, or "
        "two that are both objects.",
    .examples = examples,
    .counter_examples = counter_examples,
    .anchors = anchors,
    .find = find,
};

}  // namespace towline::redact
