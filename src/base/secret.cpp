#include "base/secret.hpp"

#include <algorithm>
#include <cstring>

namespace towline {

void Secret::wipe() noexcept {
  explicit_bzero(value_.data(), value_.size());
  value_.clear();
}

bool equals_in_constant_time(const Secret& secret, std::string_view text) {
  const std::string_view expected = secret.reveal();
  unsigned difference = expected.size() == text.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(expected.size(), text.size()); ++i) {
    difference |= static_cast<unsigned char>(expected[i]) ^ static_cast<unsigned>(static_cast<unsigned char>(text[i]));
  }
  return difference == 0;
}

}  // namespace towline
