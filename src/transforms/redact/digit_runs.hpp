// Runs of digits and of what stands between the groups of a number (Shape::digit_run), without dots or with them, and
// which of them may hold one.
#pragma once

#include <cstddef>
#include <string_view>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

// Nothing that detectors find in runs has fewer digits.
inline constexpr std::size_t run_digits_min = 9;

// Whether there may be a number in the run [begin, end) of the text, which goes as far as it can to both sides: it has
// so many digits, not counting groups that are part of a word (a hash, a UUID), because no number begins or ends there.
bool may_hold_number(std::string_view text, std::size_t begin, std::size_t end);

// Whether a number may go on beyond the run, with a dot or a plus.
bool goes_beyond(std::string_view text, std::size_t begin, std::size_t end);

constexpr bool in_dotted_run(char c) {
  return in_digit_run(c) || c == '.';
}

// Whether there may be a telephone number in the dotted run [begin, end) that its parts between dots are too short to
// show: nine digits, and not only dots between them, or a 0 before an area. Most are addresses of machines, times and
// decimals.
bool may_hold_dotted_number(std::string_view text, std::size_t begin, std::size_t end);

}  // namespace towline::redact
