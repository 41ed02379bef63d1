#include "runtime/condition.hpp"

namespace towline::runtime {

// Each waiter has a deadline of its own, so it cannot share one timer's expiry: with a deadline it uses its own timer
// only where nobody else waits. All uses in the project have one deadline per condition.
Awaitable<void> Condition::wait_until(MonoTime deadline) {
  if (timer_.expiry() != deadline) timer_.expires_at(deadline);
  co_await timer_.async_wait();
}

}  // namespace towline::runtime
