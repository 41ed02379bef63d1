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
    if (mark == Marks::none) return false;
    from_ = mark + 1;
    if (mark >= run_end_) find_run(mark);
    if (padding_end_ - run_begin_ < run_min) continue;
    const std::size_t way = (mark - run_begin_) % group_;
    if ((tried_ >> way & 1U) != 0) continue;
    tried_ |= 1U << way;
    decode(run_begin_ + way);
    return true;
  }
}

// The run around the mark; what belonged to the run before doesn't belong to it.
void EncodedRuns::find_run(std::size_t mark) {
  const std::size_t least = padding_end_;
  run_begin_ = mark;
  while (run_begin_ > least && in_alphabet(text_[run_begin_ - 1])) --run_begin_;
  run_end_ = skip(text_, mark, [&](char c) { return in_alphabet(c); });
  padding_end_ = run_end_;
  while (kind_ == Marks::base64 && padding_end_ < std::min(text_.size(), run_end_ + 2) && text_[padding_end_] == '=')
    ++padding_end_;
  tried_ = 0;
}

void EncodedRuns::decode(std::size_t from) {
  const unsigned width = kind_ == Marks::hex ? 4 : 6;
  decoded_.clear();
  first_ = from;
  stretch_begin_ = stretch_end_ = 0;
  unsigned value = 0;
  unsigned bits = 0;
  for (const char c : text_.substr(from, run_end_ - from)) {
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
  return first_ + stretch_begin_ / group_bytes_ * group_;
}

std::size_t EncodedRuns::end() const {
  const std::size_t groups = (stretch_end_ + group_bytes_ - 1) / group_bytes_;
  const std::size_t end = std::min(first_ + groups * group_, run_end_);
  return run_end_ - end < 4 ? padding_end_ : end;
}

}  // namespace towline::redact
