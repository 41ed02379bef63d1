// TOWLINE_VERSION is defined for this file alone, so that a new version recompiles nothing else.
#include "base/version.hpp"

namespace towline {

std::string_view version() {
  return TOWLINE_VERSION;
}

}  // namespace towline
