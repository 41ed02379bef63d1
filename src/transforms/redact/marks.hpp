// Finds in one pass where something may be hidden in a text by an encoding: percent, HTML entities, base64, hex, and
// control characters that JSON doesn't escape. Most texts have no such place, and nothing is ever decoded. (Escapes
// with a backslash are easy to see, they aren't found here, and neither are control characters that JSON escapes.)
//
// How: base64 of ASCII text shows by its first three characters in four: the first is one of 24, as its highest bit and
// not both of the next are 0; of the second and the third the bit is 0 that is the highest of a byte. Two such groups
// in a row are rare by chance, in hashes and UUIDs, too; a third one, or a character beyond ASCII beside them, confirms
// them. In the same way hex of ASCII text has a digit from 2 to 7 at each second place.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace towline::redact {

// What may be a mark in a 64-byte block, a bit for each byte.
struct MarkBits {
  std::uint64_t escapes = 0;  // % & + and the first byte of U+0080 to U+00BF
  std::uint64_t groups = 0;   // the third character of the last group
  std::uint64_t pairs = 0;    // the first digit of the last pair

  bool any() const { return (escapes | groups | pairs) != 0; }
};

// What runs need to know of the block before.
struct MarkRuns {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::uint64_t third = 0;
  std::uint64_t one = 0;
  std::uint64_t two = 0;
  std::uint64_t four = 0;
  std::uint64_t eight = 0;
};

// Says for each block of the next at most mark_piece bytes of a text where something may be; whole pieces but for the
// last one. Returns whether there is anything. All give the same; the fast one is the best one for this machine.
inline constexpr std::size_t mark_blocks = 8;
inline constexpr std::size_t mark_piece = 64 * mark_blocks;
using BlockMarks = std::array<MarkBits, mark_blocks>;
using FindMarks = bool (*)(std::string_view piece, MarkRuns& runs, BlockMarks& out);
bool find_marks_portable(std::string_view piece, MarkRuns& runs, BlockMarks& out);
FindMarks fast_find_marks();
FindMarks avx2_find_marks();    // null where the machine, or the compiler's target, has none
FindMarks avx512_find_marks();  // the same

// The classes of the bytes of a block, as bits.
struct MarkClasses {
  std::uint64_t first;   // may be the first of four characters of base64 that stand for ASCII text
  std::uint64_t second;  // may be the second
  std::uint64_t third;   // may be the third
  std::uint64_t escape;
  std::uint64_t high;  // 2 to 7, the first digit of a pair
};

// The block at `at`, in `tail` if the piece ends in it: filled up with zeros.
inline const char* block_at(std::string_view piece, std::size_t at, std::array<char, 64>& tail) {
  if (piece.size() - at >= tail.size()) return piece.data() + at;
  tail = {};
  piece.copy(tail.data(), tail.size(), at);
  return tail.data();
}

// Finds where runs end, by doubling.
inline MarkBits end_runs(const MarkClasses& classes, MarkRuns& runs) {
  const auto before = [](std::uint64_t bits, std::uint64_t& last, unsigned distance) {
    const std::uint64_t result = bits << distance | last >> (64 - distance);
    last = bits;
    return result;
  };
  const std::uint64_t second = classes.second & before(classes.first, runs.first, 1);
  const std::uint64_t third = classes.third & before(second, runs.second, 1);
  const std::uint64_t groups = third & before(third, runs.third, 4);
  const std::uint64_t two = classes.high & before(classes.high, runs.one, 2);
  const std::uint64_t four = two & before(two, runs.two, 4);
  const std::uint64_t eight = four & before(four, runs.four, 8);
  return {classes.escape, groups, eight & before(eight, runs.eight, 8)};  // and four more: twelve
}

// Whether the byte at `at` is a character of base64 or base64url (not the padding), and the 6 bits it stands for.
bool is_base64(char c);
unsigned base64_value(char c);
// A hexadecimal digit's value; 16 if it is none.
unsigned hex_value(char c);

// The marks of one text. Reused from text to text; one thread at a time.
class Marks {
 public:
  enum Kind : std::uint8_t { escape, base64, hex };

  // Without `encoded` only escapes are looked for.
  explicit Marks(bool encoded, FindMarks find_marks = fast_find_marks()) : encoded_(encoded), find_marks_(find_marks) {}

  // At most 4 GiB. Returns whether there are any. The marks are exact: at an escape is one that means something in its
  // format, or a control character beyond ASCII; at base64 begin two groups of four characters that are ASCII text,
  // with more of it, or a character of UTF-8, on one side of them; at hex begin twelve pairs.
  bool search(std::string_view text);

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  // The first of any kind at or after `from` and before `end`, or `end`.
  std::size_t next(std::size_t from, std::size_t end) const {
    if (!any_) return end;
    for (const Kind kind : {escape, base64, hex}) end = std::min(end, next(kind, from, end));
    return end;
  }
  // The first of a kind at or after `from` and before `end`, or none.
  std::size_t next(Kind kind, std::size_t from, std::size_t end) const {
    const std::vector<std::uint32_t>& places = places_[kind];
    const auto place = std::lower_bound(places.begin(), places.end(), from);
    return place != places.end() && *place < end ? *place : none;
  }

  static constexpr std::size_t text_groups = 2;  // of four characters, that may be a mark
  static constexpr std::size_t text_pairs = 12;  // of hexadecimal digits

  void release();

 private:
  void add(std::string_view text, std::size_t begin, const MarkBits& bits);

  bool encoded_;
  bool any_ = false;
  FindMarks find_marks_;
  std::array<std::vector<std::uint32_t>, 3> places_;  // by kind, in order
};

}  // namespace towline::redact
