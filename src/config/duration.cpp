// Durations: "250ms", "1h30m". The type is towline::Duration; see Value<Duration> in config/value.hpp.
#include <array>
#include <charconv>

#include "config/value.hpp"

namespace towline::config {
namespace {

using namespace std::chrono_literals;

struct Unit {
  std::string_view name;
  Duration length;
};
constexpr std::array units{Unit{"d", 24h},  Unit{"h", 1h},   Unit{"m", 1min}, Unit{"s", 1s},
                           Unit{"ms", 1ms}, Unit{"us", 1us}, Unit{"ns", 1ns}};

constexpr std::string_view duration_hint = "write a number with its unit: 250ms, 5s, 1h30m, 7d";

// The unit's name at the start of `text`, up to the next digit.
const Unit* take_unit(std::string_view& text) {
  const std::string_view name = text.substr(0, text.find_first_of("0123456789"));
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    text.remove_prefix(name.size());
    return &unit;
  }
  return nullptr;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Duration sum{0};
  Duration before = Duration::max();  // the units get smaller: "30m1h" is a slip
  while (!text.empty()) {
    Duration::rep count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || count < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const Unit* unit = take_unit(text);
    if (unit == nullptr || unit->length >= before) return std::nullopt;
    if (count > (Duration::max() - sum) / unit->length) return std::nullopt;
    sum += count * unit->length;
    before = unit->length;
  }
  return sum;
}

std::optional<Duration> Value<Duration>::parse(const Node& node, Problems& problems) {
  if (!expect_scalar(node, "a duration", problems)) return std::nullopt;
  const std::optional<Duration> value = parse_duration(node.text);
  if (!value) problems.add(node.mark, "expected a duration, not " + node.shown(), std::string(duration_hint));
  return value;
}

std::string Value<Duration>::print(Duration value) {
  if (value == Duration::zero()) return "0s";
  std::string text;
  for (const Unit& unit : units) {
    const Duration::rep count = value / unit.length;
    if (count == 0) continue;
    text += std::to_string(count) + std::string(unit.name);
    value -= count * unit.length;
  }
  return text;
}

ValueInfo Value<Duration>::info() {
  return {"duration", text_matching("^([0-9]+(d|h|m|s|ms|us|ns))+$|\\$\\{"), {}};
}

}  // namespace towline::config
