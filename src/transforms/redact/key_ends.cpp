#include "transforms/redact/key_ends.hpp"

#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

constexpr std::string_view separators = "-_ ].:/[";
constexpr std::uint64_t separator_bit = 1;  // of keys that end with a separator: what is before isn't known
constexpr std::uint64_t all_bit = 2;
constexpr std::size_t first_bit = 2;

using Table = std::array<std::uint64_t, 256>;

void set(Table& table, std::string_view characters, std::uint64_t bit) {
  for (const char c : characters) {
    for (const char spelled : {c, to_upper(c)}) table[static_cast<unsigned char>(spelled)] |= bit;
  }
}
void set_all(Table& table, std::uint64_t bit) {
  for (std::uint64_t& bits : table) bits |= bit;
}

}  // namespace

KeyEnds::KeyEnds() {
  set(last_, separators, separator_bit);
  set_all(second_, separator_bit);
  set_all(third_, separator_bit);
}

void KeyEnds::add_all() {
  for (Table* table : {&last_, &second_, &third_}) set_all(*table, all_bit);
}

std::uint64_t KeyEnds::bit_of(std::string_view end) {
  const auto known = std::find(ends_.begin(), ends_.end(), end);
  const auto number = static_cast<std::size_t>(known - ends_.begin());
  if (known == ends_.end()) ends_.emplace_back(end);
  return std::uint64_t{1} << (first_bit + number % (64 - first_bit));
}

// A separator may stand anywhere, and anything before a short name; what is before a separator isn't known.
void KeyEnds::add(std::string_view name) {
  if (name.empty()) return add_all();
  const std::string_view last = name.substr(name.size() - 1);
  const std::uint64_t separated = bit_of(last);
  set(last_, last, separated);
  set(second_, separators, separated);
  set_all(third_, separated);
  const std::uint64_t whole = bit_of(name.substr(name.size() - std::min(name.size(), size)));
  set(last_, last, whole);
  if (name.size() < 2)
    set_all(second_, whole);
  else
    set(second_, name.substr(name.size() - 2, 1), whole);
  set(third_, separators, whole);
  if (name.size() < 3)
    set_all(third_, whole);
  else
    set(third_, name.substr(name.size() - 3, 1), whole);
}

bool KeyEnds::may_be_one(std::string_view key) const {
  if (key.size() >= size) return candidates_before(key.data() + key.size()) != 0;
  const std::array<char, size> end = {'"', key.size() == 2 ? key.front() : '"', key.empty() ? '"' : key.back()};
  return candidates_before(end.data() + end.size()) != 0;
}

}  // namespace towline::redact
