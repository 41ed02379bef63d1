#include "transforms/redact/detectors/digit_groups.hpp"

#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

// A separator or a blank, with blanks and brackets around it: `)` first, `(` last.
bool is_gap(std::string_view gap) {
  std::size_t at = gap.starts_with(')') ? 1 : 0;
  at += blank_at(gap, at);
  if (at < gap.size() && (gap[at] == '-' || gap[at] == '.' || gap[at] == '/')) {
    ++at;
    at += blank_at(gap, at);
  }
  if (at < gap.size() && gap[at] == '(') ++at;
  return at > 0 && at == gap.size();
}

}  // namespace

DigitGroups::DigitGroups(std::string_view text, std::size_t at, bool open) : text_(text) {
  constexpr std::size_t gap_max = 7;
  std::size_t digits = 0;
  while (count_ < groups_max) {
    const std::size_t end = skip(text.substr(0, std::min(text.size(), at + digits_max + 1)), at, is_digit);
    const bool closed = end < text.size() && text[end] == ')';
    digits += end - at;
    if (end == at || digits > digits_max || (open && !closed)) return;
    groups_[count_++] = {at, end};
    if (closed && !open) return;
    at = skip(text.substr(0, std::min(text.size(), end + gap_max)), end,
              [](char c) { return (in_digit_run(c) && !is_digit(c)) || c == '.'; });
    if (!is_gap(text.substr(end, at - end))) return;
    open = text[at - 1] == '(';
  }
}

bool DigitGroups::blank_gaps(std::size_t from, std::size_t to) const {
  for (std::size_t i = from; i < to; ++i) {
    if (blank_at(gap(i), 0) != gap(i).size()) return false;
  }
  return true;
}

}  // namespace towline::redact
