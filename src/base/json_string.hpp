// Writes text as a JSON string. For towline's own output (log lines, the ledger, health answers), where a value may
// hold anything: whatever comes in, valid JSON in valid UTF-8 goes out.
#pragma once

#include <string>
#include <string_view>

namespace towline {

// Appends `text` in double quotes. Quotes, backslashes and control characters (also DEL and U+0080 to U+009F, which
// steer terminals) are escaped; each byte that is not part of valid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// The length of the valid UTF-8 sequence at the start of `text` (1 to 4), or 0 when there is none.
std::size_t utf8_sequence_length(std::string_view text);

}  // namespace towline
