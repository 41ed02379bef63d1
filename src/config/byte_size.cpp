#include "config/byte_size.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace towline::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t bytes;
};
// The largest first, as to_string() tries them.
constexpr std::array units{Unit{"TiB", 1ULL << 40U},
                           Unit{"TB", 1'000'000'000'000},
                           Unit{"GiB", 1ULL << 30U},
                           Unit{"GB", 1'000'000'000},
                           Unit{"MiB", 1ULL << 20U},
                           Unit{"MB", 1'000'000},
                           Unit{"KiB", 1ULL << 10U},
                           Unit{"kB", 1'000},
                           Unit{"B", 1}};

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

// "MB", "mb" and "M"; "MiB" and "Mi". Nothing at all: bytes.
std::optional<std::uint64_t> unit_bytes(std::string_view name) {
  if (name.empty()) return 1;
  for (const Unit& unit : units) {
    const std::string_view without_b = unit.name.substr(0, unit.name.size() - 1);
    if (same_letters(name, unit.name) || (!without_b.empty() && same_letters(name, without_b))) return unit.bytes;
  }
  return std::nullopt;
}

}  // namespace

std::optional<ByteSize> parse_byte_size(std::string_view text) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  while (text.starts_with(' ')) text.remove_prefix(1);
  const std::optional<std::uint64_t> unit = unit_bytes(text);
  if (!unit || count > std::numeric_limits<std::uint64_t>::max() / *unit) return std::nullopt;
  return ByteSize{count * *unit};
}

std::string to_string(ByteSize size) {
  for (const Unit& unit : units)
    if (size.bytes >= unit.bytes && size.bytes % unit.bytes == 0)
      return std::to_string(size.bytes / unit.bytes) + std::string(unit.name);
  return "0B";
}

std::optional<ByteSize> Value<ByteSize>::parse(const Node& node, Problems& problems) {
  if (!expect_scalar(node, "a size", problems)) return std::nullopt;
  const std::optional<ByteSize> size = parse_byte_size(node.text);
  if (!size)
    problems.add(node.mark, "expected a size, not " + node.shown(),
                 "write a whole number with a unit: 10MB, 32MiB, 512k");
  return size;
}

ValueInfo Value<ByteSize>::info() {
  Json number = Json().set("type", "integer").set("minimum", std::uint64_t{0});
  Json text = text_matching("^[0-9]+ ?([kKmMgGtT]i?)?[bB]?$|\\$\\{");
  return {"size", Json().set("anyOf", Json::array({std::move(number), std::move(text)})), {}};
}

}  // namespace towline::config
