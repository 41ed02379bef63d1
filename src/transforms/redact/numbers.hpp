// JSON numbers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace towline::redact {

// The digits of a whole number without its sign, however it is written (41e2, 4.1E+3, 4100.0, 41000e-1); empty if it
// has decimals, or more digits than a card.
std::string digits_of(std::string_view number);

// A shorter number has no card in it, however it is written.
inline constexpr std::size_t card_digits_min = 13;

}  // namespace towline::redact
