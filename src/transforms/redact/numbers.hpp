// JSON numbers.
#pragma once

#include <string>
#include <string_view>

namespace towline::redact {

// The digits of a whole number without its sign, however it is written (41e2, 4.1E+3, 4100.0, 41000e-1); empty if it
// has decimals, or more digits than a card.
std::string digits_of(std::string_view number);

}  // namespace towline::redact
