// Hardware addresses: six bytes as aa:bb:cc:dd:ee:ff, aa-bb-cc-dd-ee-ff or aabb.ccdd.eeff.
#include <algorithm>
#include <array>
#include <charconv>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t bytes = 6;
constexpr std::size_t size_in_pairs = bytes * 3 - 1;
constexpr std::size_t size_in_fours = 3 * 5 - 1;

// Groups of so many hexadecimal digits with this separator between them, over all of the text.
bool in_groups(std::string_view text, std::size_t group, char separator) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool between = i % (group + 1) == group;
    if (between ? text[i] != separator : !is_hex(text[i])) return false;
  }
  return true;
}

// Fingerprints of keys are longer rows of the same kind.
bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::string_view joins = ":-._";
  const auto is_join = [&](char c) { return joins.find(c) != std::string_view::npos; };
  if (follows_word(text, begin) || alnum_at(text, end)) return false;
  if (begin > 0 && text[begin - 1] == '.') return false;
  const bool before = begin > 1 && is_join(text[begin - 1]) && is_hex(text[begin - 2]);
  return !before && !(end + 1 < text.size() && is_join(text[end]) && is_hex(text[end + 1]));
}

// The broadcast address and the one that stands for none are nobody's.
bool is_reserved(std::string_view address) {
  const auto all = [&](char digit) {
    return std::all_of(address.begin(), address.end(), [&](char c) { return !is_hex(c) || to_lower(c) == digit; });
  };
  return all('0') || all('f');
}

// 26-11-20-17-05-42 or 20-11-26-17-05-42.
bool is_time(std::string_view address) {
  if (address[2] != '-') return false;
  std::array<int, bytes> parts{};
  for (std::size_t i = 0; i < bytes; ++i) {
    const char* const end = address.data() + 3 * i + 2;
    if (std::from_chars(end - 2, end, parts[i]).ptr != end) return false;
  }
  return parts[1] <= 12 && parts[3] < 24 && parts[4] < 60 && parts[5] < 60;
}

bool is_address(std::string_view text, std::size_t begin, std::size_t size) {
  const std::string_view address = text.substr(begin, size);
  if (address.size() != size || !stands_alone(text, begin, begin + size) || is_reserved(address)) return false;
  if (size == size_in_fours) return in_groups(address, 4, '.');
  return (address[2] == ':' || address[2] == '-') && in_groups(address, 2, address[2]) && !is_time(address);
}

// The separator at `at` is one of the last ones.
std::size_t find(std::string_view text, std::size_t at, Found& found) {
  for (std::size_t before = 11; before <= 14; before += 3) {
    if (at < before || !is_address(text, at - before, size_in_pairs)) continue;
    found.add(at - before, at - before + size_in_pairs);
    return at - before + size_in_pairs;
  }
  constexpr std::size_t second_dot = 9;
  if (at < second_dot || !is_address(text, at - second_dot, size_in_fours)) return at + 1;
  found.add(at - second_dot, at - second_dot + size_in_fours);
  return at - second_dot + size_in_fours;
}

constexpr Example examples[] = {
    {"00:1b:44:11:3a:b7", "[REDACTED:mac]"},         {"00:1B:44:11:3A:B7", "[REDACTED:mac]"},
    {"00-1b-44-11-3a-b7", "[REDACTED:mac]"},         {"001b.4411.3ab7", "[REDACTED:mac]"},
    {"mac=02:42:ac:11:00:02", "mac=[REDACTED:mac]"},
};
constexpr std::string_view counter_examples[] = {
    "00:00:00:00:00:00",
    "ff:ff:ff:ff:ff:ff",
    "17:05:42",
    "26-11-20-17-05-42",
    "43:51:43:a1:b5:fc:8b:b7:0a:3a:a9:b1:0f:66:73:a8",
    "2001:db8:85a3:8d3:1319:8a2e:370:7348",
    "00:1b:44:11:3a",
    "00:1b:44:11:3a:b",
    "00:1b-44:11:3a:b7",
    "550e8400-e29b-41d4-a716-446655440000",
    "1.2.3.4",
};

}  // namespace

const Detector mac = {
    .name = "mac",
    .description = "Hardware addresses with colons or dashes, or in Cisco's form with dots.",
    .validation =
        "Exactly six bytes: longer rows are fingerprints of keys. Not the addresses that are nobody's (all 0, all f), "
        "and "
        "no times.",
    .examples = examples,
    .counter_examples = counter_examples,
    .shapes = Shape::spaced_separators | Shape::dotted_groups,
    .find = find,
};

}  // namespace towline::redact
