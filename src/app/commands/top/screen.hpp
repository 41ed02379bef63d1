// The terminal while `towline top` has it: the alternate screen, keys as they are pressed, and everything as it was
// when it ends, however that comes: a key, a signal, an error, a bug.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "app/commands/top/view.hpp"
#include "base/clock.hpp"

namespace towline::app::top {

// One at a time, on the main thread. Standard output is a terminal; standard input may be one.
class Screen {
 public:
  Screen();
  ~Screen();  // restores the terminal and the signal handlers
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // Of the terminal now. Where it doesn't say, 80 by 24.
  Size size() const;

  // Shows these lines and nothing else; at most size().rows of them. False: nobody sees it any more.
  bool draw(const std::vector<std::string>& lines);

  enum class Event : std::uint8_t { time_is_up, draw_again, end };

  // Waits: for the time, another size of the terminal or its return from the background, and the end: `q`, Ctrl-C or
  // another signal that asks for it.
  Event wait(Duration time);

 private:
  Event read_keys();
  void suspend();
};

}  // namespace towline::app::top
