#include "component/pause_meter.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <stdexcept>
#include <string>

#include "runtime/condition.hpp"

namespace towline::component {
namespace {

using namespace std::chrono_literals;

class ClosedIntake final : public Intake {
 public:
  explicit ClosedIntake(const runtime::Executor& executor) : changed_(executor) {}
  void set_invalid_policy(InvalidPolicy) override {}
  void set_block_at_most(std::optional<Duration>) override {}
  void accept(const Frame&) override {}
  void count_bytes(std::uint64_t) override {}
  bool has_room(const Charge* /*line*/) override { return open_; }
  void gather(Charge& /*line*/, std::uint64_t /*bytes*/) override {}
  runtime::Awaitable<void> room(const Charge* /*line*/) override {
    while (!open_) co_await changed_.wait();
  }
  Reserved reserve(Charge&, std::uint64_t) override { return Reserved::full; }
  runtime::Awaitable<Ack> durable(Duration) override { co_return Ack::unknown; }
  void open() {
    open_ = true;
    changed_.notify_all();
  }

 private:
  runtime::Condition changed_;
  bool open_ = false;
};

struct Loop {
  boost::asio::io_context context{1};
  void run_for(std::chrono::milliseconds time) {
    context.restart();
    context.run_for(time);
  }
};

TEST(PauseMeter, CountsTheTimeOnceHoweverManyWait) {
  telemetry::Instrument milliseconds;
  runtime::Supervisor supervisor;
  Loop loop;
  TaskGroup tasks(supervisor, loop.context.get_executor());
  PauseMeter meter(loop.context.get_executor(), tasks, milliseconds);
  ClosedIntake intake(loop.context.get_executor());
  EXPECT_FALSE(meter.paused());
  for (int i = 0; i < 3; ++i) tasks.spawn("session", meter.wait_for_room(intake));
  loop.run_for(1'100ms);
  EXPECT_TRUE(meter.paused());
  EXPECT_GE(milliseconds.value(), 1'000U) << "counted while it passes";
  EXPECT_LT(milliseconds.value(), 2'000U) << "counted once";
  intake.open();
  loop.run_for(50ms);
  EXPECT_FALSE(meter.paused());
  EXPECT_GE(milliseconds.value(), 1'100U);
  EXPECT_TRUE(tasks.idle()) << "the clock ends with the pause";
}

runtime::Awaitable<void> fail() {
  throw std::runtime_error("out of luck");
  co_return;
}

TEST(TaskGroup, IsIdleAgainAfterATaskHasFailed) {
  std::string reported;
  runtime::Supervisor supervisor(
      [&](const std::string& task, const std::string& what) { reported = task + ": " + what; });
  Loop loop;
  TaskGroup tasks(supervisor, loop.context.get_executor());
  tasks.spawn("the task", fail());
  EXPECT_FALSE(tasks.idle());
  loop.run_for(10ms);
  EXPECT_TRUE(tasks.idle());
  EXPECT_EQ(reported, "the task: out of luck");
}

}  // namespace
}  // namespace towline::component
