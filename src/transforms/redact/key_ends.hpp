// How names end: says no to almost every key that is none of them, by its last three characters alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace towline::redact {

// Separators (`-`, `_`, blanks, and what separates the segments of a key) may stand anywhere in a key.
class KeyEnds {
 public:
  KeyEnds();

  // A name in small letters, without separators.
  void add(std::string_view name);
  // From now on every key may be one.
  void add_all();

  // Not 0 if a key may be one of the names, whose text ends at `end`: three characters before that are read. Where the
  // key is shorter they are what stands before it, a quotation mark first.
  std::uint64_t candidates_before(const char* end) const {
    const auto at = [&](std::ptrdiff_t from_end) { return static_cast<unsigned char>(end[-from_end]); };
    return third_[at(3)] & second_[at(2)] & last_[at(1)];
  }
  // The same for a key by itself.
  bool may_be_one(std::string_view key) const;

  static constexpr std::size_t size = 3;

 private:
  std::uint64_t bit_of(std::string_view end);

  // For each character the ends (as bits) that may have it at this place; an end is a bit, or shares one.
  using Table = std::array<std::uint64_t, 256>;
  Table last_{};
  Table second_{};
  Table third_{};
  std::vector<std::string> ends_;
};

}  // namespace towline::redact
