// A detector recognises one kind of secret or personal data in a text. It is a table row: what its matches begin or
// are marked with (anchors), and a function that looks at the text around one anchor. All texts are searched for the
// anchors of all detectors at once (redact/anchors.hpp), so a detector costs next to nothing where it finds none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace towline::redact {

// Three bytes in a row, for each of them those that fit; an empty set fits every byte. The rarer, the better.
struct Anchor {
  std::string_view first;
  std::string_view second;
  std::string_view third;
};

// Where the matches of one call go.
class Found {
 public:
  virtual void add(std::size_t begin, std::size_t end) = 0;

 protected:
  ~Found() = default;
};

struct Detector {
  std::string_view name;  // in the configuration, in metrics, in [REDACTED:name]
  std::string_view description;

  std::span<const Anchor> anchors;
  // Instead of anchors: runs of at least digit_run_min digits, spaces and dashes. `at` is then somewhere in the run.
  bool digit_runs = false;

  // Looks at the anchor at `at` and adds what is a match. Returns where to go on: none of its anchors before that
  // needs to be looked at. So that no text takes more than linear time, what one call may read again and again
  // (because it returns less) has to be bounded by a constant.
  std::size_t (*find)(std::string_view text, std::size_t at, Found& found);

  // Appends what stands in place of a match; without it that is [REDACTED:name].
  void (*mask)(std::string_view match, std::string& out) = nullptr;
};

inline constexpr std::size_t digit_run_min = 11;

}  // namespace towline::redact
