#include "runtime/condition.hpp"

namespace towline::runtime {

Awaitable<void> Condition::wait() {
  co_await timer_.async_wait();
}

}  // namespace towline::runtime
