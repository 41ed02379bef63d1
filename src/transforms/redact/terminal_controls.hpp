// Control sequences of terminals, which nobody sees and which tear words apart: colours (ESC [ 31 m), titles and links
// (ESC ] text BEL), other strings (ESC P text ESC \), character sets (ESC ( B), single functions (ESC 7). Those that
// begin with ESC and [, ], P, X, ^ or _ may begin with one character of U+0080 to U+009F instead, as UTF-8 here. The
// other characters of these, but for U+0085, which ends lines, and NUL are control sequences by themselves.
#pragma once

#include <cstddef>
#include <string_view>

namespace towline::redact {

struct Control {
  std::size_t length = 0;  // 0: none begins here. One that doesn't end is just its beginning
  std::size_t reach = 0;   // how far it may go when what is escaped in it is undone
  // Its length for somebody who doesn't know it and leaves out its beginning only; 0: everybody knows it.
  std::size_t unknown = 0;
  bool broken = false;  // by another one
  bool end = false;     // the end of a string whose beginning isn't there
};

// The control sequence at the start of the text.
Control control_at(std::string_view text);

// Whether one begins at `at`.
constexpr bool begins_control(std::string_view text, std::size_t at) {
  if (text[at] == '\x1B' || text[at] == '\0') return true;
  if (text[at] != '\xC2' || at + 1 >= text.size()) return false;
  const auto second = static_cast<unsigned char>(text[at + 1]);
  return second >= 0x80 && second <= 0x9F && second != 0x85;
}

}  // namespace towline::redact
