// Text that others have written, for a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace towline::app {

// What could steer a terminal (control characters, line ends too), what isn't UTF-8, and what XML doesn't take for a
// character (U+FFFE and U+FFFF) is replaced by U+FFFD.
enum class Tabs : std::uint8_t { replaced, kept };
std::string printable(std::string_view text, Tabs tabs = Tabs::replaced);

}  // namespace towline::app
