// towline's version, as CMakeLists.txt says it.
#pragma once

#include <string_view>

namespace towline {

// "0.1.0"
std::string_view version();

}  // namespace towline
