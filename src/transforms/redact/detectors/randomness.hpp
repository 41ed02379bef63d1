// Tells values that a machine made up (keys, tokens) from words, names, versions, paths and what only stands for a
// value. Both read all of the value: callers bound it.
#pragma once

#include <string_view>

namespace towline::redact {

// At least eight characters, not put together from words, numbers and short pieces, and of enough different characters
// (Shannon's entropy) for their number.
bool looks_random(std::string_view value);

// What stands where a value would: nothing, null, ***, ${NAME}, :name, %s, <name>, what was redacted already.
bool is_placeholder(std::string_view value);

}  // namespace towline::redact
