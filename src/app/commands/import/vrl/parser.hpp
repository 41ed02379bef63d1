// Reads a program in VRL, statement by statement: one that can't be read costs only itself.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "app/commands/import/vrl/ast.hpp"

namespace towline::app::migration::vrl {

inline constexpr std::size_t depth_max = 64;           // of expressions within each other
inline constexpr std::size_t statements_max = 10'000;  // the rest isn't read, which is an error of the last one

// `line` is that of the program's first one; 0 if it can't be told (then all lines are 0).
std::vector<Statement> parse(std::string_view program, std::uint32_t line);

}  // namespace towline::app::migration::vrl
