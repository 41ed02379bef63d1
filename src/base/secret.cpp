#include "base/secret.hpp"

#include <cstring>

namespace towline {

void Secret::wipe() noexcept {
  explicit_bzero(value_.data(), value_.size());
  value_.clear();
}

}  // namespace towline
