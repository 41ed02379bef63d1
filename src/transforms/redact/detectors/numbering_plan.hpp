// What telephone numbers there can be: the country calling codes (ITU E.164) and the North American plan.
#pragma once

#include <cstddef>
#include <string_view>

namespace towline::redact {

// How many digits a national number has in a country; max 0 if there is no such country.
struct NationalLength {
  std::size_t min;
  std::size_t max;
};

// The number of digits of the country code at the start of the digits, 1 to 3; 0 if there is none.
std::size_t country_code_length(std::string_view digits);
NationalLength national_length(std::string_view country_code);

// Ten digits: an area code and an exchange that can be. The areas needn't be in use.
bool is_north_american(std::string_view digits);

}  // namespace towline::redact
