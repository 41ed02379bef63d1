// Private keys in PEM form: -----BEGIN ... PRIVATE KEY----- up to the END line, over as many lines as there are, also
// where these were written as \n. Where the END is missing everything to the end of the text is taken for the key, and
// where the BEGIN is missing, the lines of base64 before the END.
#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t label_max = 48;

// The end of `BEGIN ... PRIVATE KEY-----` after its dashes, or 0; the same for END.
std::size_t line_end(std::string_view text, std::size_t at, std::string_view word) {
  if (!text.substr(at).starts_with(word)) return 0;
  const std::string_view near = text.substr(0, std::min(text.size(), at + word.size() + label_max));
  const std::size_t label = at + word.size();
  const std::size_t dashes = skip(near, label, [](char c) { return is_upper(c) || is_digit(c) || c == ' '; });
  if (near.substr(label, dashes - label).find("PRIVATE KEY") == std::string_view::npos) return 0;
  return dashes == label + label_max ? 0 : skip(near, dashes, [](char c) { return c == '-'; });
}

// The end of the key whose BEGIN line ends at `from`.
std::size_t key_end(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find("END ", from); at != std::string_view::npos; at = text.find("END ", at + 1)) {
    const std::size_t end = text[at - 1] == '-' || text[at - 1] == ' ' ? line_end(text, at, "END ") : 0;
    if (end != 0) return end;
  }
  return text.size();
}

// The beginning of the lines of base64 before the dashes that end at `at`.
std::size_t lines_begin(std::string_view text, std::size_t at) {
  const auto in_lines = [](char c) {
    return is_alnum(c) || c == '+' || c == '/' || c == '=' || c == '\\' || c == '\n' || c == '\r';
  };
  while (at > 0 && (text[at - 1] == '-' || text[at - 1] == ' ')) --at;
  while (at > 0 && in_lines(text[at - 1])) --at;
  return at;
}

std::size_t dashes_begin(std::string_view text, std::size_t at) {
  constexpr std::size_t dashes_max = 8;
  std::size_t begin = at;
  while (begin > 0 && at - begin < dashes_max && (text[begin - 1] == '-' || text[begin - 1] == ' ')) --begin;
  return begin + skip(text.substr(begin, at - begin), 0, [](char c) { return c == ' '; });
}

// `at` is the last dash (or a blank after it) before BEGIN or END.
std::size_t find(std::string_view text, std::size_t at, Found& found) {
  const std::size_t word = at + 1;
  const std::size_t begin_line = line_end(text, word, "BEGIN ");
  if (begin_line != 0) {
    const std::size_t end = key_end(text, begin_line);
    found.add(dashes_begin(text, word), end);
    return end;
  }
  const std::size_t end = line_end(text, word, "END ");
  if (end == 0) return at + 1;
  found.add(lines_begin(text, word), end);
  return end;
}

constexpr Anchor anchors[] = {{"- ", "B", "E", "G"}, {"- ", "E", "N", "D"}};

constexpr Example examples[] = {
    {"-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj34Gkx\nFhD90vcNLYLInFEX\n-----END RSA PRIVATE KEY-----",
     "[REDACTED:private_key]"},
    {"-----BEGIN PRIVATE KEY-----\\nMIIBVQIBADANBgkqhkiG\\n-----END PRIVATE KEY-----\\n", "[REDACTED:private_key]\\n"},
    {"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----",
     "[REDACTED:private_key]"},
    {"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIGlRFF7\n-----END EC PRIVATE KEY-----", "[REDACTED:private_key]"},
    {"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIFDjBABgkqhkiG\n-----END ENCRYPTED PRIVATE KEY-----",
     "[REDACTED:private_key]"},
    {"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBF3x\n=aBcD\n-----END PGP PRIVATE KEY BLOCK-----",
     "[REDACTED:private_key]"},
};
constexpr std::string_view counter_examples[] = {
    "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEB\n-----END PUBLIC KEY-----",
    "PRIVATE KEY",
    "-----BEGIN",
};

}  // namespace

const Detector private_key = {
    .name = "private_key",
    .description =
        "Private keys in PEM form (RSA, EC, OpenSSH, PGP, encrypted or not), over many lines, also with literal `\\n`. "
        "Without its END line all of the rest of the text, without its BEGIN line the base64 before the end.",
    .validation = "A BEGIN or END line with the words PRIVATE KEY. Certificates and public keys stay.",
    .examples = examples,
    .counter_examples = counter_examples,
    .anchors = anchors,
    .find = find,
};

}  // namespace towline::redact
