#include "runtime/condition.hpp"

namespace towline::runtime {

Awaitable<void> Condition::wait() {
  co_await timer_.async_wait();
}

// No guard object takes the timer out of the list: a frame that is left when the program ends is destroyed after the
// condition, and must not touch it.
Awaitable<void> Condition::wait_until(MonoTime deadline) {
  Timer timer(timer_.get_executor(), deadline);
  const auto place = with_deadline_.insert(with_deadline_.end(), &timer);
  co_await timer.async_wait();
  with_deadline_.erase(place);
}

void Condition::notify_all() {
  timer_.cancel();
  for (Timer* timer : with_deadline_) timer->cancel();
}

}  // namespace towline::runtime
