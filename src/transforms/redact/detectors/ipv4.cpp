// IPv4 addresses. Only used where they are asked for: most of those in logs are machines.
#include <algorithm>
#include <array>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/ip.hpp"

namespace towline::redact {

namespace {

// The end of a number from 0 to 255 without zeros before it, or 0.
std::size_t octet_end(std::string_view text, std::size_t at) {
  const std::size_t end = skip(text.substr(0, std::min(text.size(), at + 4)), at, is_digit);
  if (end == at || end - at > 3 || (text[at] == '0' && end - at > 1)) return 0;
  unsigned value = 0;
  for (std::size_t i = at; i < end; ++i) value = value * 10 + static_cast<unsigned>(text[i] - '0');
  return value <= 255 ? end : 0;
}

// Versions have four numbers, too: version 1.2.3.4, Chrome/120.0.0.0, 1.2.3.4-rc1.
bool is_version(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::array<std::string_view, 4> words = {"version", "release", "build", "ver"};
  std::size_t at = begin;
  while (at > 0 && begin - at < 3 && std::string_view(" :=").find(text[at - 1]) != std::string_view::npos) --at;
  for (const std::string_view word : words) {
    if (at >= word.size() && word_at(text, at - word.size(), word)) return true;
  }
  const bool product = begin > 1 && text[begin - 1] == '/' && is_letter(text[begin - 2]);
  if (product && (end == text.size() || text[end] != ':')) return true;
  return end + 1 < text.size() && (text[end] == '-' || text[end] == '+') && is_letter(text[end + 1]);
}

bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::string_view joins = ".-_+";
  if (follows_word(text, begin) || alnum_at(text, end)) return false;
  if (begin > 0 && joins.find(text[begin - 1]) != std::string_view::npos) return false;
  if (end < text.size() && text[end] == '_') return false;
  return end == text.size() || text[end] != '.' || !alnum_at(text, end + 1);
}

// Of this machine, of none, of all.
bool is_nobodys(std::string_view address) {
  return address.starts_with("127.") || address == "0.0.0.0" || address == "255.255.255.255";
}

// `at` is the last digit before a dot.
std::size_t find(std::string_view text, std::size_t at, Found& found) {
  std::size_t begin = at;
  while (begin > 0 && at - begin < 4 && is_digit(text[begin - 1])) --begin;
  const std::size_t end = ipv4_end(text, begin);
  if (end == 0 || !stands_alone(text, begin, end) || is_version(text, begin, end)) return at + 1;
  if (!is_nobodys(text.substr(begin, end - begin))) found.add(begin, end);
  return end;
}

constexpr Anchor anchors[] = {{digit_set, ".", digit_set}};

constexpr Example examples[] = {
    {"203.0.113.7", "[REDACTED:ipv4]"},
    {"client 10.1.2.3:51234", "client [REDACTED:ipv4]:51234"},
    {"http://192.168.0.10/x", "http://[REDACTED:ipv4]/x"},
    {"203.0.113.0/24", "[REDACTED:ipv4]/24"},
};
constexpr std::string_view counter_examples[] = {
    "v1.2.3.4",    "version 1.2.3.4", "1.2.3.4-rc1", "Chrome/120.0.0.0", "256.1.1.1",   "1.2.3",      "1.2.3.4.5",
    "01.02.03.04", "127.0.0.1",       "0.0.0.0",     "1.2.3.4b",         "lib-1.2.3.4", "1.2.3.2024",
};

}  // namespace

std::size_t ipv4_end(std::string_view text, std::size_t at) {
  std::size_t end = octet_end(text, at);
  for (int dots = 0; dots < 3; ++dots) {
    if (end == 0 || end >= text.size() || text[end] != '.') return 0;
    end = octet_end(text, end + 1);
  }
  return end;
}

const Detector ipv4 = {
    .name = "ipv4",
    .description = "IPv4 addresses.",
    .validation =
        "Four numbers from 0 to 255 without leading zeros that stand alone. Not versions (after v, version, a product "
        "and "
        "a slash, or before -rc1 and the like), not 127.x, 0.0.0.0 and 255.255.255.255.",
    .by_default = false,
    .examples = examples,
    .counter_examples = counter_examples,
    .anchors = anchors,
    .find = find,
};

}  // namespace towline::redact
