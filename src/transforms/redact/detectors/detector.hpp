// A detector recognises one kind of secret or personal data in a text. It is a row of the catalogue: what it finds and
// what it leaves alone, with examples (which are its tests and its reference page), and how it finds it: what its
// matches begin or are marked with (anchors, shapes), and a function that looks at the text around one of these. All
// texts are searched for the anchors and shapes of all detectors at once (redact/anchors.hpp), so a detector costs next
// to nothing where it finds none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace towline::redact {

// Four bytes in a row, for each of them those that fit; an empty set fits every byte, and none at the end of a text.
// The rarer, the better. The first set isn't empty, and is ASCII.
struct Anchor {
  std::string_view first;
  std::string_view second;
  std::string_view third = {};
  std::string_view fourth = {};
  bool word_start = false;  // only where no word goes on from what stands before (characters.hpp: follows_word)

  bool operator==(const Anchor&) const = default;
};

// What is looked for besides anchors; `at` is then somewhere in it.
enum class Shape : std::uint8_t {
  none = 0,
  // A run of at least digit_run_min digits, spaces, dashes, slashes and brackets, no-break spaces included; nine digits
  // in it aren't part of words (redact/digit_runs.hpp).
  digit_run = 1,
  // Four dashes, colons or dots, each the third byte after the one before: aa:bb:cc:dd:ee, 01.23.45.67.89.
  spaced_separators = 2,
  // Two dots, the second the fourth or fifth byte after the first, and then four hexadecimal digits: 212.555.1234. Or a
  // run of at least dotted_run_min characters that may hold a number which digit_run doesn't show, as it has dots or is
  // too short (redact/digit_runs.hpp): 212.555-1234, 030/901820.
  dotted_groups = 4,
};
constexpr Shape operator|(Shape a, Shape b) {
  return static_cast<Shape>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(Shape shapes, Shape shape) {
  return (static_cast<unsigned>(shapes) & static_cast<unsigned>(shape)) != 0;
}

// Where the matches of one call go.
class Found {
 public:
  virtual void add(std::size_t begin, std::size_t end) = 0;

 protected:
  ~Found() = default;
};

// A text and what becomes of it with this detector alone.
struct Example {
  std::string_view text;
  std::string_view becomes;
};

struct Detector {
  std::string_view name;         // in the configuration, in metrics, in [REDACTED:name]
  std::string_view description;  // what it finds
  std::string_view validation;   // how it tells that from what only looks like it
  bool by_default = true;        // whether it is used where the configuration doesn't say

  std::span<const Example> examples;
  std::span<const std::string_view> counter_examples;  // texts in which it finds nothing

  std::span<const Anchor> anchors = {};
  Shape shapes = Shape::none;

  // Looks at the anchor or shape at `at` and adds what is a match. Returns where to go on: none of its anchors before
  // that needs to be looked at. So that no text takes more than linear time, what one call may read again and again
  // (because it returns less) has to be bounded by a constant.
  std::size_t (*find)(std::string_view text, std::size_t at, Found& found);

  // Appends what stands in place of a match by default; without it that is [REDACTED:name].
  void (*mask)(std::string_view match, std::string& out) = nullptr;
};

inline constexpr std::size_t digit_run_min = 11;
inline constexpr std::size_t dotted_run_min = 10;

}  // namespace towline::redact
