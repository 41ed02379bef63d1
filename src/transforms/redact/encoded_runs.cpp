#include "transforms/redact/encoded_runs.hpp"

#include <algorithm>

#include "base/json_string.hpp"
#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

// The length of the character of a text at `at`; 0 if it is none.
std::size_t text_length(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (is_beyond_ascii(c)) return utf8_sequence_length(text.substr(at));
  const bool ends_line = c == '\n' || c == '\r' || c == '\t';
  const bool controls_terminal = c == '\x1B' || c == '\a';
  return (c >= 0x20 && c != 0x7F) || ends_line || controls_terminal ? 1 : 0;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// Where the next line begins behind its blanks, if this one ends at `end`; 0 if it doesn't.
std::size_t next_line(std::string_view text, std::size_t end) {
  if (text.substr(end).starts_with('\r')) ++end;
  if (!text.substr(end).starts_with('\n')) return 0;
  const std::size_t begin = skip(text.substr(0, end + 1 + EncodedRuns::blanks_max), end + 1, is_blank);
  return begin < text.size() ? begin : 0;
}

// Where the line before ends, if this one begins at `begin` or has blanks before; 0 if there is none.
std::size_t line_before(std::string_view text, std::size_t begin) {
  const std::size_t least = begin - std::min(begin, EncodedRuns::blanks_max);
  while (begin > least && is_blank(text[begin - 1])) --begin;
  if (begin == 0 || text[begin - 1] != '\n') return 0;
  return begin > 1 && text[begin - 2] == '\r' ? begin - 2 : begin - 1;
}

}  // namespace

EncodedRuns::EncodedRuns(std::string_view text, const Marks& marks, Marks::Kind kind, std::string& decoded)
    : text_(text),
      marks_(marks),
      kind_(kind),
      group_(kind == Marks::hex ? 2 : 4),
      group_bytes_(kind == Marks::hex ? 1 : 3),
      decoded_(decoded) {}

bool EncodedRuns::in_alphabet(char c) const {
  return kind_ == Marks::hex ? hex_value(c) < 16 : is_base64(c);
}

bool EncodedRuns::next() {
  for (;;) {
    const std::size_t mark = marks_.next(kind_, from_, text_.size());
    if (mark == Marks::none && !again()) return false;
    if (mark == Marks::none) continue;
    from_ = mark + 1;
    if (mark >= run_end_) find_run(mark);
    if (padding_end_ - run_begin_ < run_min) continue;
    const std::size_t way = index_of(mark) % group_;
    if ((tried_ >> way & 1U) != 0) continue;
    tried_ |= 1U << way;
    decode(way);
    return true;
  }
}

// What stands on lines of its own may be many values as well as one.
bool EncodedRuns::again() {
  if (joined_.empty() || together_ == Lines::none) return false;
  together_ = together_ == Lines::all ? Lines::long_ones : Lines::none;
  from_ = run_end_ = padding_end_ = 0;
  return true;
}

// The run around the mark; what belonged to the run before doesn't belong to it.
void EncodedRuns::find_run(std::size_t mark) {
  const std::size_t least = padding_end_;
  std::size_t begin = mark;
  while (begin > least && in_alphabet(text_[begin - 1])) --begin;
  lines_.assign(1, {begin, skip(text_, mark, [&](char c) { return in_alphabet(c); })});
  if (together_ != Lines::none) add_lines_before(least);
  if (together_ != Lines::none) add_lines_behind();
  join_lines();
  run_begin_ = lines_.front().begin;
  run_end_ = lines_.back().end;
  padding_end_ = run_end_;
  while (kind_ == Marks::base64 && padding_end_ < std::min(text_.size(), run_end_ + 2) && text_[padding_end_] == '=')
    ++padding_end_;
  tried_ = 0;
}

void EncodedRuns::add_lines_before(std::size_t least) {
  for (;;) {
    const std::size_t end = line_before(text_, lines_.back().begin);
    std::size_t begin = end;
    while (begin > least && in_alphabet(text_[begin - 1])) --begin;
    if (end <= least || end - begin < line_min) break;
    lines_.push_back({begin, end});
  }
  std::reverse(lines_.begin(), lines_.end());
}

void EncodedRuns::add_lines_behind() {
  while (lines_.back().end - lines_.back().begin >= line_min) {
    const std::size_t begin = next_line(text_, lines_.back().end);
    if (begin == 0 || !in_alphabet(text_[begin])) break;
    const std::size_t end = skip(text_, begin, [&](char c) { return in_alphabet(c); });
    if (together_ == Lines::long_ones && end - begin < line_min) break;
    lines_.push_back({begin, end});
  }
}

void EncodedRuns::join_lines() {
  if (lines_.size() == 1) {
    characters_ = text_.substr(lines_[0].begin, lines_[0].end - lines_[0].begin);
    return;
  }
  joined_.clear();
  for (Line& line : lines_) {
    line.at = joined_.size();
    joined_ += text_.substr(line.begin, line.end - line.begin);
  }
  characters_ = joined_;
}

// Where a character of the run stands in the text.
std::size_t EncodedRuns::place_of(std::size_t at) const {
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), at,
                                      [](std::size_t place, const Line& line) { return place < line.at; });
  return (after - 1)->begin + (at - (after - 1)->at);
}

// Which of the characters stands at a place of the text.
std::size_t EncodedRuns::index_of(std::size_t place) const {
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), place,
                                      [](std::size_t at, const Line& line) { return at < line.begin; });
  return (after - 1)->at + (place - (after - 1)->begin);
}

void EncodedRuns::decode(std::size_t from) {
  const unsigned width = kind_ == Marks::hex ? 4 : 6;
  decoded_.clear();
  first_ = from;
  stretch_begin_ = stretch_end_ = 0;
  unsigned value = 0;
  unsigned bits = 0;
  for (const char c : characters_.substr(std::min(from, characters_.size()))) {
    value = value << width | (kind_ == Marks::hex ? hex_value(c) : base64_value(c));
    bits += width;
    if (bits < 8) continue;
    bits -= 8;
    decoded_ += static_cast<char>(static_cast<unsigned char>(value >> bits & 0xFFU));
  }
}

bool EncodedRuns::next_stretch() {
  std::size_t at = stretch_end_;
  while (at < decoded_.size()) {
    stretch_begin_ = at;
    for (std::size_t length = 1; at < decoded_.size() && length != 0; at += length) length = text_length(decoded_, at);
    stretch_end_ = at;
    if (stretch_end_ - stretch_begin_ >= stretch_min) return true;
    if (at < decoded_.size()) ++at;
  }
  return false;
}

std::size_t EncodedRuns::begin() const {
  return place_of(first_ + stretch_begin_ / group_bytes_ * group_);
}

std::size_t EncodedRuns::end() const {
  const std::size_t groups = (stretch_end_ + group_bytes_ - 1) / group_bytes_;
  const std::size_t end = std::min(first_ + groups * group_, characters_.size());
  return characters_.size() - end < 4 ? padding_end_ : place_of(end - 1) + 1;
}

}  // namespace towline::redact
