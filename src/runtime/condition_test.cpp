#include "runtime/condition.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>

#include "runtime/supervisor.hpp"

namespace towline::runtime {
namespace {

using namespace std::chrono_literals;

struct Loop {
  Supervisor supervisor;
  asio::io_context context{1};
  Condition condition{context.get_executor()};
  int woken = 0;

  void wait_until(MonoTime deadline) { supervisor.spawn(context.get_executor(), "waiter", waiter(deadline)); }
  void wait() { supervisor.spawn(context.get_executor(), "waiter", waiter()); }
  void run_for(std::chrono::milliseconds time) {
    context.restart();
    context.run_for(time);
  }

 private:
  Awaitable<void> waiter(MonoTime deadline) {
    co_await condition.wait_until(deadline);
    ++woken;
  }
  Awaitable<void> waiter() {
    co_await condition.wait();
    ++woken;
  }
};

TEST(Condition, WakesAllWhoWait) {
  Loop loop;
  loop.wait();
  loop.wait();
  loop.wait_until(MonoTime::max());
  loop.wait_until(MonoClock::now() + 1h);
  loop.run_for(5ms);
  EXPECT_EQ(loop.woken, 0);
  loop.condition.notify_all();
  loop.run_for(5ms);
  EXPECT_EQ(loop.woken, 4);
}

TEST(Condition, ADeadlineWakesOnlyWhoHasIt) {
  Loop loop;
  loop.wait();
  loop.wait_until(MonoClock::now() + 5ms);
  loop.wait_until(MonoClock::now() - 1h);
  loop.wait_until(MonoClock::now() + 1h);
  loop.run_for(50ms);
  EXPECT_EQ(loop.woken, 2);
  loop.condition.notify_all();
  loop.run_for(5ms);
  EXPECT_EQ(loop.woken, 4);
}

}  // namespace
}  // namespace towline::runtime
