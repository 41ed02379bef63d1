// Waiting for room, and counting the time: how long a source did not read because the memory budget was used up.
// A pause can last as long as an outage, so the time is counted while it passes, not when it is over.
#pragma once

#include <cstddef>

#include "base/clock.hpp"
#include "component/intake.hpp"
#include "component/task_group.hpp"
#include "runtime/asio.hpp"
#include "telemetry/metrics.hpp"

namespace towline::component {

// One per source, used only on its shard's thread. However many sessions wait at once, time is counted once.
class PauseMeter {
 public:
  // `milliseconds`: the source's source_paused_seconds_milli.
  PauseMeter(const runtime::Executor& executor, TaskGroup& tasks, telemetry::Instrument& milliseconds);

  // Returns as intake.room() does: when there is room, or when the intake is told to stop waiting.
  runtime::Awaitable<void> wait_for_room(Intake& intake, const Charge* line = nullptr);

  bool paused() const { return waiting_ > 0; }

 private:
  runtime::Awaitable<void> tick();
  void count();

  TaskGroup& tasks_;
  telemetry::Instrument& milliseconds_;
  runtime::Timer timer_;
  std::size_t waiting_ = 0;
  bool ticking_ = false;
  MonoTime counted_until_{};
};

}  // namespace towline::component
