// A condition that coroutines of one shard wait on: a timer that only wakes. The waiter checks its own condition in a
// loop around wait(), because a wake-up is not a promise. Not thread-safe: another thread posts to the shard.
#pragma once

#include <list>

#include "base/clock.hpp"
#include "runtime/asio.hpp"

namespace towline::runtime {

class Condition {
 public:
  explicit Condition(const Executor& executor) : timer_(executor, MonoTime::max()) {}

  // Returns after notify_all().
  Awaitable<void> wait();
  // The same, or when the deadline has passed.
  Awaitable<void> wait_until(MonoTime deadline);

  void notify_all();

 private:
  Timer timer_;
  std::list<Timer*> with_deadline_;  // each lives in the frame of its waiter
};

}  // namespace towline::runtime
