// JSON numbers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace towline::redact {

// The digits of a whole number without its sign, however it is written (41e2, 4.1E+3, 4100.0, 41000e-1); empty if it
// has decimals, or more digits than a card.
std::string digits_of(std::string_view number);

// In a shorter number no card is looked for. (It could have one: 6304e12. Nobody writes card numbers like that.)
inline constexpr std::size_t card_digits_min = 13;

}  // namespace towline::redact
