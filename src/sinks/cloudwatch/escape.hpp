// The inside of JSON strings, written as fast as it goes: a message is JSON itself as a rule, with quotes everywhere.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace towline::cloudwatch {

// Writes the inside of a JSON string that stands for `text`, which is UTF-8 without control characters; `out` has room
// for twice its length and escape_overrun. Returns the end of what was written, or null if there was a control
// character.
inline constexpr std::size_t escape_overrun = 96;
char* escape(char* out, std::string_view text);

// The same in all ways that this CPU knows, the best one first.
using Escape = char* (*)(char* out, std::string_view text);
std::span<const Escape> ways_to_escape();

}  // namespace towline::cloudwatch
