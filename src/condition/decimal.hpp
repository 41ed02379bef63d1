// Numbers as they are written, compared exactly: 9007199254740993 is more than 9007199254740992, and 1e400 is less than
// 2e400. Nothing is converted, so no digit is lost.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace towline::condition {

// Refers to the text that it was made of.
class Decimal {
 public:
  // A number of JSON; a `+` may stand before it. std::nullopt for every other text.
  static std::optional<Decimal> parse(std::string_view text);

  // Below, at or above 0, as the first is less than, equal to or greater than the second. Exponents beyond +-10^15 are
  // taken for that.
  friend int compare(const Decimal& left, const Decimal& right);

 private:
  // The value is 0.DIGITS x 10^magnitude, negative or not.
  bool negative_ = false;
  std::string_view digits_;     // from the first to the last that isn't 0, perhaps with a point within; empty for 0
  std::int64_t magnitude_ = 0;  // 0 for 0
};

}  // namespace towline::condition
