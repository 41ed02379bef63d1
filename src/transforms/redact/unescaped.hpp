// A text with one level of its escapes undone, and where each byte of it came from, so that what is found in it can be
// replaced in the text that was written. Undone are
//   %40 %u0040           percent-encoding, and a plus between groups of digits, which is a blank in a form
//   &#64; &#x40; &amp;   HTML's character references
//   \u0040 \x40 \100 \n  backslash escapes of JSON and of programming languages
// and left out are control sequences of terminals and NUL bytes, which tear words apart (terminal_controls.hpp).
// Escapes can be torn apart by others: in &#5\u0033; a reference to 53 by one that is to be undone before it. But a
// browser takes the &#5 for all of the reference. Which of them will read a text can't be known, and no more whether
// somebody who shows it knows a control sequence, or leaves out its ESC only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace towline::redact {

// How they read what can be read in different ways.
enum class Readers : std::uint8_t {
  hasty,    // an escape or a control sequence that another escape in it, or behind it, may be a part of is undone as it
            // stands
  patient,  // it is left for the next level, where the other one is undone
  ignorant,  // the same; and of rare control sequences only the beginning is left out
};

class Unescaped {
 public:
  // Returns whether there was anything to undo or to leave out. At most 4 GiB.
  bool undo(std::string_view text, Readers readers = Readers::hasty);

  // Whether patient readers read something else, and whether ignorant ones do.
  bool torn() const { return torn_; }
  bool rare() const { return rare_; }

  // May hold bytes that aren't UTF-8.
  const std::string& text() const { return text_; }

  // Where the byte at `at` began in the text that was given; for text().size() its end.
  std::size_t origin(std::size_t at) const;

  void release();

 private:
  bool undo_once(std::string_view text, Readers readers);

  struct Shift {  // from `at` on, bytes stand one to one for those from `origin` on
    std::uint32_t at;
    std::uint32_t origin;
  };
  std::string text_;
  std::vector<Shift> shifts_;
  bool torn_ = false;
  bool rare_ = false;
};

}  // namespace towline::redact
