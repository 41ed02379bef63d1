#include "component/pause_meter.hpp"

#include <chrono>

namespace towline::component {

namespace {

constexpr auto tick_period = std::chrono::seconds(1);

}  // namespace

PauseMeter::PauseMeter(const runtime::Executor& executor, TaskGroup& tasks, telemetry::Instrument& milliseconds)
    : tasks_(tasks), milliseconds_(milliseconds), timer_(executor) {}

runtime::Awaitable<void> PauseMeter::wait_for_room(Intake& intake, const Charge* line) {
  if (waiting_++ == 0) {
    counted_until_ = MonoClock::now();
    if (!ticking_) {
      ticking_ = true;
      tasks_.spawn("pause meter", tick());
    }
  }
  co_await intake.room(line);
  if (--waiting_ == 0) {
    count();
    timer_.cancel();
  }
}

// Ends with the pause. A new pause may begin before the task has noticed the end of the last one; then it goes on.
runtime::Awaitable<void> PauseMeter::tick() {
  while (waiting_ > 0) {
    timer_.expires_after(tick_period);
    co_await timer_.async_wait();
    if (waiting_ > 0) count();
  }
  ticking_ = false;
}

// Adds whole milliseconds; what is left of one is counted next time.
void PauseMeter::count() {
  const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(MonoClock::now() - counted_until_);
  counted_until_ += passed;
  milliseconds_.add(static_cast<std::uint64_t>(passed.count()));
}

}  // namespace towline::component
