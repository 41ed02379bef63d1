// Finds what the detectors recognise in a text, and writes the text without it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "transforms/redact/anchors.hpp"
#include "transforms/redact/detectors/detector.hpp"

namespace towline::redact {

struct Match {
  std::size_t begin;
  std::size_t end;
  const Detector* detector;
};

// One thread at a time; the matches are those of the last call.
class Scanner {
 public:
  // At most detectors_max. Where two find the same bytes, the one that stands first gives its name.
  explicit Scanner(std::span<const Detector* const> detectors);
  static constexpr std::size_t detectors_max = 64;

  // A text by itself: decoded, valid UTF-8.
  bool scan(std::string_view text);

  // A text that has strings in it: mark() searches all of it, scan_part() then looks at one string [begin, end).
  // mark() returns false if no part can have a match. The positions of matches count from `begin`.
  bool mark(std::string_view whole);
  bool scan_part(std::string_view whole, std::size_t begin, std::size_t end);

  // After mark(): the first place of the text at or after `from` and before `end` at which there may be a match, or
  // `end`: a part that has none needs no scan_part().
  std::size_t next_mark(std::size_t from, std::size_t end) const {
    const std::size_t at = whole_.next(from, end);
    return at == AnchorFinder::none ? end : at;
  }

  // In the order of the text, without overlaps.
  const std::vector<Match>& matches() const { return found_.matches; }
  // There were so many that not all are listed: nothing of this text may be shown.
  bool overflow() const { return found_.overflow; }
  static constexpr std::size_t matches_max = 4096;
  static constexpr int passes_max = 4;  // of settle(); a text that still changes is replaced as a whole

  // Appends the text of the last scan with something harmless in place of each match.
  void append_redacted(std::string_view text, std::string& out) const;

  // What a replacement brings together, or what it no longer hides behind, may be a value in its turn: redacts the text
  // until nothing changes any more. The matches are then not those of the text that was scanned first.
  void settle(std::string& text);

 private:
  struct Collector final : Found {
    void add(std::size_t begin, std::size_t end) override;
    std::vector<Match> matches;
    const Detector* detector = nullptr;
    bool overflow = false;
  };

  bool look(const AnchorFinder& finder, std::string_view text, std::size_t offset);
  void look_at(std::string_view text, std::size_t at);
  void look_at_run(std::string_view text, std::size_t at);
  void ask(std::uint8_t detector, std::string_view text, std::size_t at);
  void merge_overlaps();
  bool names_before(const Detector* a, const Detector* b) const;

  using Indexes = std::vector<std::uint8_t>;  // of detectors

  explicit Scanner(std::span<const Detector* const> detectors, const std::vector<Anchor>& anchors);

  std::vector<const Detector*> detectors_;
  std::vector<Indexes> by_anchor_;
  Indexes for_runs_;        // Shape::digit_run
  Indexes for_separators_;  // the other shapes
  // For each detector, where its anchors need to be looked at again; and the end of the run looked at last.
  std::vector<std::size_t> resume_;
  std::size_t run_end_ = 0;
  AnchorFinder whole_;
  AnchorFinder single_;
  Collector found_;
};

}  // namespace towline::redact
