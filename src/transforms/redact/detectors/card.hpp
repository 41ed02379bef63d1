// Payment card numbers, also for those who have the digits already.
#pragma once

#include <string_view>

namespace towline::redact {

// Whether these digits are a card number: 13 to 19 of them, as many as their issuer uses, with a right check digit.
bool is_card_number(std::string_view digits);

}  // namespace towline::redact
