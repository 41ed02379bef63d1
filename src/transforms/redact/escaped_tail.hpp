// Values that are escaped in part: `sk-F4nn%7a%4c8x5T`, `Bearer abcd\u0034efgh`. A detector that looks at the text as
// it stands sees the beginning of such a value only; what comes after its escape belongs to it, too.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "transforms/redact/finding.hpp"

namespace towline::redact {

// Where a value that seems to end at `end` really ends: beyond the escape that follows there, if that stands for a
// character that tokens have, and the run of such characters and escapes behind it. Else `end` itself.
std::size_t escaped_tail_end(std::string_view text, std::size_t end);

// Extends the findings, which are in the order of the text, by such tails; what was extended isn't whole any more.
void include_escaped_tails(std::string_view text, std::vector<Finding>& findings);

}  // namespace towline::redact
