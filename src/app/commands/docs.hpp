// `towline docs DIR [--check]`: writes the generated files below the project's root DIR, or compares with what is
// there.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "component/registry.hpp"

namespace towline::app {

enum class DocsMode : std::uint8_t { write, check };

// 0 when all is written or nothing differs; 1 with a line for each file that differs or can't be written.
int docs_command(const std::string& directory, DocsMode mode, const component::Registry& registry, std::ostream& out,
                 std::ostream& err);

}  // namespace towline::app
