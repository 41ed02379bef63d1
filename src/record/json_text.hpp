// Between text and the inside of a JSON string. For the other direction see base/json_string.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace towline::record {

// One escape sequence: how long it is and the code point that it stands for.
struct Escape {
  std::size_t length = 0;  // 2, 6, or 12 for a surrogate pair; 0: not a valid escape
  char32_t code_point = 0;
};

// Reads the escape at the start of `text`, which begins with a backslash. Half of a surrogate pair is not valid.
Escape read_escape(std::string_view text);

void append_utf8(std::string& out, char32_t code_point);

// Appends what the inside of a JSON string stands for. False, with part of it appended, if an escape isn't valid.
[[nodiscard]] bool append_decoded(std::string& out, std::string_view inside);

// Whether the inside of a JSON string stands for `text`.
bool decodes_to(std::string_view inside, std::string_view text);

}  // namespace towline::record
