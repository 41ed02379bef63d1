// Lines whose end is missing. The record around such a line leaves out its last bytes (record/record.hpp), because half
// of a secret is recognised by nobody. Where these bytes are escapes of escapes they stand for a few characters only.
#pragma once

#include <cstddef>
#include <string_view>

#include "record/record.hpp"
#include "transforms/redact/budget.hpp"

namespace towline::redact {

// How much of such a text may be shown, as what a Record left of it: all, unless it ends in escapes. Then as many
// characters are left out once more, decoded, as a Record leaves out bytes. Base64 and hex at the end go as a whole.
// 0 if all that would be too much work.
std::size_t end_before_cut(std::string_view text, Budget& budget);

// Leaves that out of every string of a record that was made around such a line, because an earlier step can have moved
// the line's end into any of them, and counts the longest of what goes as missing, too. Once for each record; does
// nothing to others.
void leave_out_cut_end(record::Record& record, Budget& budget);

}  // namespace towline::redact
