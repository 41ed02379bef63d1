// How `towline logs --follow` ends: by SIGINT or SIGTERM, or because nobody reads its output any more. Both are ends as
// good as any other, so the process' exit code is 0.
#pragma once

#include "base/clock.hpp"

namespace towline::app::logs {

// One at a time; the process' signal handlers are as before when it goes.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // Waits; false: it is the end. Of the output it is known while nothing is written, too.
  bool wait(Duration time);
  bool is_over() const;
};

// While it lives, a write to a closed pipe is an error and doesn't kill the process.
class NoPipeSignal {
 public:
  NoPipeSignal();
  ~NoPipeSignal();
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;
};

}  // namespace towline::app::logs
