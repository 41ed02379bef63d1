// IPv6 addresses, with :: for zeros, with an IPv4 address at the end, with a zone. Only used where they are asked for.
#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/ip.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t size_max = 45;  // without the zone
constexpr int groups_max = 8;

// Reads an address from its beginning.
class Reader {
 public:
  Reader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  // Its end, or 0.
  std::size_t read() {
    if (!colons()) return 0;
    while (groups_ < groups_max && group()) {
      if (!separator()) break;
    }
    const bool complete = shortened_ ? groups_ < groups_max : groups_ == groups_max;
    return complete && groups_ + (shortened_ ? 1 : 0) > 1 ? at_ : 0;
  }
  int groups() const { return groups_; }

 private:
  bool has(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  // At the beginning none, or two.
  bool colons() {
    if (!has(":")) return true;
    shortened_ = has("::");
    at_ += 2;
    return shortened_;
  }

  bool group() {
    const std::size_t v4 = groups_ <= groups_max - 2 ? ipv4_end(text_, at_) : 0;
    const std::size_t end = skip(text_.substr(0, std::min(text_.size(), at_ + 5)), at_, is_hex);
    if (v4 == 0 && (end == at_ || end - at_ > 4)) return false;
    groups_ += v4 != 0 ? 2 : 1;
    at_ = v4 != 0 ? v4 : end;
    ended_ = v4 != 0;
    return true;
  }

  // Whether another group may follow; a colon that isn't part of the address is left alone.
  bool separator() {
    if (ended_ || !has(":")) return false;
    if (has("::")) {
      if (shortened_) return false;
      shortened_ = true;
      at_ += 2;
      return true;
    }
    if (at_ + 1 >= text_.size() || !is_hex(text_[at_ + 1])) return false;
    ++at_;
    return true;
  }

  std::string_view text_;
  std::size_t at_;
  int groups_ = 0;
  bool shortened_ = false;
  bool ended_ = false;
};

// Serial numbers and fingerprints have eight bytes, too: 6b:7f:10:15:32:19:92:fa.
bool is_bytes(std::string_view address) {
  for (std::size_t i = 0; i < address.size(); ++i) {
    if ((i % 3 == 2) != (address[i] == ':')) return false;
  }
  return address.size() == 8 * 3 - 1;
}

// Names in programs have double colons, too: std::byte, face::cafe.
bool is_address(std::string_view address, int groups) {
  if (address == "::" || address == "::1" || groups == 0 || is_bytes(address)) return false;
  return groups > 2 || std::any_of(address.begin(), address.end(), is_digit);
}

bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::string_view before = ":._-";
  constexpr std::string_view after = ":_(";
  if (follows_word(text, begin) || alnum_at(text, end)) return false;
  if (begin > 0 && before.find(text[begin - 1]) != std::string_view::npos) return false;
  if (end == text.size() || text[end] != ':')
    return end == text.size() || after.find(text[end]) == std::string_view::npos;
  return end + 1 == text.size() || !(is_hex(text[end + 1]) || text[end + 1] == ':');
}

std::size_t zone_end(std::string_view text, std::size_t end) {
  constexpr std::size_t zone_max = 32;
  if (end >= text.size() || text[end] != '%') return end;
  const std::string_view near = text.substr(0, std::min(text.size(), end + zone_max));
  const std::size_t zone = skip(near, end + 1, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
  return zone > end + 1 ? zone : end;
}

// `at` is a colon.
std::size_t find(std::string_view text, std::size_t at, Found& found) {
  std::size_t begin = at;
  while (begin > 0 && at - begin < size_max && (is_hex(text[begin - 1]) || text[begin - 1] == ':')) --begin;
  Reader reader(text, begin);
  const std::size_t end = reader.read();
  if (end <= at || !stands_alone(text, begin, end)) return at + 1;
  if (!is_address(text.substr(begin, end - begin), reader.groups())) return at + 1;
  const std::size_t zone = zone_end(text, end);
  found.add(begin, zone);
  return zone;
}

constexpr std::string_view hex_or_colon = "0123456789abcdefABCDEF:";
constexpr Anchor anchors[] = {{":", hex_or_colon}};

constexpr Example examples[] = {
    {"2001:db8:85a3:8d3:1319:8a2e:370:7348", "[REDACTED:ipv6]"},
    {"2001:0DB8:0000:0000:0000:8A2E:0370:7334", "[REDACTED:ipv6]"},
    {"2001:db8::1", "[REDACTED:ipv6]"},
    {"fe80::1ff:fe23:4567:890a%eth0", "[REDACTED:ipv6]"},
    {"::ffff:192.0.2.128", "[REDACTED:ipv6]"},
    {"http://[2001:db8::7]:8080/x", "http://[[REDACTED:ipv6]]:8080/x"},
    {"2001:db8::/32", "[REDACTED:ipv6]/32"},
};
constexpr std::string_view counter_examples[] = {
    "17:05:42",
    "::",
    "::1",
    "std::byte",
    "face::cafe",
    "Foo::bar()",
    "00:1b:44:11:3a:b7",
    "1:2:3:4:5:6:7",
    "a:b:c",
    "2001:db8::1::2",
    "12345::1",
    "1:2:3:4:5:6:7:8:9",
    "6b:7f:10:15:32:19:92:fa",
};

}  // namespace

const Detector ipv6 = {
    .name = "ipv6",
    .description = "IPv6 addresses, shortened, with an IPv4 address at the end, or with a zone.",
    .validation =
        "Eight groups of hexadecimal digits, or fewer and one `::`; with a digit, or of three groups and more "
        "(`face::cafe` "
        "is a name). Not `::` and `::1`.",
    .by_default = false,
    .examples = examples,
    .counter_examples = counter_examples,
    .anchors = anchors,
    .find = find,
};

}  // namespace towline::redact
