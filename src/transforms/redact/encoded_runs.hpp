// Runs of base64 and of hex in a text that stand, at least in part, for text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "transforms/redact/marks.hpp"

namespace towline::redact {

// Goes through them: next() decodes a run, next_stretch() then finds the stretches of text in what was decoded. A run
// may begin with characters that don't belong to it (a path before it), so it is decoded once for each of the four
// (two) ways to group its characters that a mark speaks for. It may be broken into lines, as in mails and certificates,
// the next of which may begin with blanks; then it comes again without a short last line, and each line by itself.
class EncodedRuns {
 public:
  // `marks` are those of the text; `decoded` is overwritten. All outlive it.
  EncodedRuns(std::string_view text, const Marks& marks, Marks::Kind kind, std::string& decoded);

  bool next();
  std::size_t decoded_size() const { return decoded_.size(); }

  bool next_stretch();
  // Valid UTF-8 without control characters but the ends of lines and columns, and those of terminals' sequences.
  std::string_view stretch() const {
    return std::string_view(decoded_).substr(stretch_begin_, stretch_end_ - stretch_begin_);
  }
  // The characters that stand for it, in the text; with the rest of the run, if less than four characters follow.
  std::size_t begin() const;
  std::size_t end() const;

  static constexpr std::size_t run_min = 16;     // characters, the padding included
  static constexpr std::size_t stretch_min = 8;  // bytes
  static constexpr std::size_t line_min = 16;    // characters, that another line of the run may follow
  static constexpr std::size_t blanks_max = 64;  // that a line may begin with

 private:
  // Which of them are read as one: a short one at the end may be a word of what comes behind.
  enum class Lines : std::uint8_t { all, long_ones, none };

  // A part of a run that no line break is in.
  struct Line {
    std::size_t begin;
    std::size_t end;
    std::size_t at = 0;  // where it begins in the run
  };

  bool in_alphabet(char c) const;
  bool again();
  void find_run(std::size_t mark);
  void add_lines_before(std::size_t least);
  void add_lines_behind();
  void join_lines();
  std::size_t place_of(std::size_t at) const;
  std::size_t index_of(std::size_t place) const;
  void decode(std::size_t from);

  std::string_view text_;
  const Marks& marks_;
  Marks::Kind kind_;
  std::size_t group_;        // characters
  std::size_t group_bytes_;  // that they stand for
  std::size_t from_ = 0;     // where to look for marks
  Lines together_ = Lines::all;
  std::vector<Line> lines_;      // of the run, in order
  std::string joined_;           // them, if there are many
  std::string_view characters_;  // the run without line breaks
  std::size_t run_begin_ = 0;
  std::size_t run_end_ = 0;
  std::size_t padding_end_ = 0;
  unsigned tried_ = 0;     // ways to group, as bits
  std::size_t first_ = 0;  // the first of the characters that was decoded
  std::size_t stretch_begin_ = 0;
  std::size_t stretch_end_ = 0;
  std::string& decoded_;
};

}  // namespace towline::redact
