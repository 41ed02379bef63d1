// The clock seam. Timers and ages use the monotonic clock; what a record or a log line says uses the wall clock.
// Production code gets the system's clock, tests and the simulation a clock that they move by hand.
#pragma once

#include <chrono>

namespace towline {

using MonoClock = std::chrono::steady_clock;
using MonoTime = MonoClock::time_point;
using Duration = MonoClock::duration;  // nanoseconds
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual MonoTime now() const = 0;
  virtual WallTime wall_now() const = 0;
};

// The machine's own clocks. Stateless; safe from every thread.
class SystemClock final : public Clock {
 public:
  MonoTime now() const override { return MonoClock::now(); }
  WallTime wall_now() const override {
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace towline
