// A condition that coroutines of one shard wait on: a timer that only wakes. The waiter checks its own condition in a
// loop around wait(), because a wake-up is not a promise. Not thread-safe: another thread posts to the shard.
#pragma once

#include "base/clock.hpp"
#include "runtime/asio.hpp"

namespace towline::runtime {

class Condition {
 public:
  explicit Condition(const Executor& executor) : timer_(executor, MonoTime::max()) {}

  // Returns after notify_all().
  Awaitable<void> wait();

  void notify_all() { timer_.cancel(); }

 private:
  Timer timer_;
};

}  // namespace towline::runtime
