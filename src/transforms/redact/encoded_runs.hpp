// Runs of base64 and of hex in a text that stand, at least in part, for text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "transforms/redact/marks.hpp"

namespace towline::redact {

// Goes through them: next() decodes a run, next_stretch() then finds the stretches of text in what was decoded. A run
// may begin with characters that don't belong to it (a path before it), so it is decoded once for each of the four
// (two) ways to group its characters that a mark speaks for.
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

 private:
  bool in_alphabet(char c) const;
  void find_run(std::size_t mark);
  void decode(std::size_t from);

  std::string_view text_;
  const Marks& marks_;
  Marks::Kind kind_;
  std::size_t group_;        // characters
  std::size_t group_bytes_;  // that they stand for
  std::size_t from_ = 0;     // where to look for marks
  std::size_t run_begin_ = 0;
  std::size_t run_end_ = 0;
  std::size_t padding_end_ = 0;
  unsigned tried_ = 0;     // ways to group, as bits
  std::size_t first_ = 0;  // the first character that was decoded
  std::size_t stretch_begin_ = 0;
  std::size_t stretch_end_ = 0;
  std::string& decoded_;
};

}  // namespace towline::redact
