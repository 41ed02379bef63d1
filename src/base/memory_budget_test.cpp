#include "base/memory_budget.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace towline {
namespace {

TEST(Charge, CountsForAsLongAsItLives) {
  MemoryBudget budget(100);
  {
    Charge first(budget, 30);
    Charge second(budget, 20);
    EXPECT_EQ(budget.used(), 50U);
    EXPECT_FALSE(budget.pressed());
    second.resize(25);
    EXPECT_EQ(budget.used(), 55U);
    EXPECT_TRUE(budget.pressed());
    second.resize(1);
    const Charge moved = std::move(first);
    EXPECT_EQ(moved.bytes(), 30U);
    EXPECT_EQ(budget.used(), 31U);
  }
  EXPECT_EQ(budget.used(), 0U);
}

TEST(Charge, ReleasesWhatItHeldWhenAssigned) {
  MemoryBudget budget(100);
  Charge charge(budget, 10);
  charge = Charge(budget, 3);
  EXPECT_EQ(budget.used(), 3U);
  charge = Charge();
  EXPECT_EQ(budget.used(), 0U);
  charge.resize(5);  // an empty charge has no budget to take it from
  EXPECT_EQ(charge.bytes(), 0U);
}

TEST(MemoryBudget, CallsOnceWhenThereIsRoomAgain) {
  MemoryBudget budget(80);
  int calls = 0;
  budget.on_room([&] { ++calls; });
  budget.charge(69);
  EXPECT_FALSE(budget.exhausted());
  budget.charge(1);
  EXPECT_TRUE(budget.exhausted()) << "the soft mark";
  budget.release(9);  // 61: not yet an eighth
  EXPECT_EQ(calls, 0);
  budget.release(1);
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(budget.exhausted());
  budget.release(60);
  EXPECT_EQ(calls, 1);
}

TEST(MemoryBudget, ReliefByPolicyOpensTheLastEighthToAll) {
  MemoryBudget budget(80);
  int calls = 0;
  budget.on_room([&] { ++calls; });
  budget.charge(70);
  EXPECT_TRUE(budget.exhausted());
  budget.set_relief(MemoryBudget::Relief::policy);
  EXPECT_EQ(calls, 1) << "who waits is told";
  EXPECT_FALSE(budget.exhausted());
  budget.set_relief(MemoryBudget::Relief::policy);
  budget.charge(10);
  EXPECT_TRUE(budget.exhausted()) << "the limit is the limit";
  budget.release(4);
  EXPECT_EQ(calls, 1);
  budget.release(1);
  EXPECT_EQ(calls, 2) << "far above the soft mark, which may never be reached again";
  budget.set_relief(MemoryBudget::Relief::none);
  EXPECT_TRUE(budget.exhausted());
}

TEST(MemoryBudget, ReliefAtTheCeilingIsForThoseWhoGaveWay) {
  MemoryBudget budget(80);
  int requests = 0;
  budget.on_give_way([&] { ++requests; });
  budget.charge(70);
  EXPECT_FALSE(budget.take_request());
  budget.give_way();
  EXPECT_EQ(requests, 1);
  EXPECT_TRUE(budget.take_request());
  EXPECT_FALSE(budget.take_request());
  EXPECT_TRUE(budget.exhausted(true)) << "nobody has given relief yet";
  budget.set_relief(MemoryBudget::Relief::ceiling);
  EXPECT_FALSE(budget.exhausted(true));
  EXPECT_TRUE(budget.exhausted(false));
}

TEST(MemoryBudget, AFullDiskStopsSourcesToo) {
  MemoryBudget budget(80);
  int calls = 0;
  budget.on_room([&] { ++calls; });
  budget.set_relief(MemoryBudget::Relief::none, true);
  EXPECT_TRUE(budget.exhausted());
  budget.set_relief(MemoryBudget::Relief::ceiling, true);
  EXPECT_FALSE(budget.exhausted(true));
  EXPECT_TRUE(budget.exhausted(false));
  EXPECT_EQ(calls, 1);
  budget.set_relief(MemoryBudget::Relief::none, false);
  EXPECT_EQ(calls, 2);
  EXPECT_FALSE(budget.exhausted());
}

TEST(MemoryBudget, DoesNotCallWhenNobodyWasTurnedAway) {
  MemoryBudget budget(10);
  budget.on_room([] { FAIL(); });
  budget.charge(100);
  budget.release(100);
}

// Two waiters, one that releases, and a limit that is hit all the time: nobody may be left waiting.
TEST(MemoryBudget, LeavesNobodyWaiting) {
  constexpr int rounds = 20'000;
  MemoryBudget budget(4);
  std::mutex mutex;
  std::condition_variable room;
  std::uint64_t calls = 0;
  budget.on_room([&] {
    std::lock_guard lock(mutex);
    ++calls;
    room.notify_all();
  });

  std::atomic<int> charged{0};
  std::atomic<bool> stuck{false};
  const auto take = [&] {
    for (int i = 0; i < rounds && !stuck; ++i) {
      std::unique_lock lock(mutex);
      const std::uint64_t seen = calls;
      lock.unlock();
      if (budget.exhausted()) {
        lock.lock();
        if (!room.wait_for(lock, std::chrono::seconds(10), [&] { return calls != seen || stuck; })) stuck = true;
      }
      budget.charge(1);
      ++charged;
    }
  };
  std::thread first(take);
  std::thread second(take);
  for (int released = 0; released < 2 * rounds && !stuck;) {
    if (charged == released) continue;
    budget.release(1);
    ++released;
  }
  first.join();
  second.join();
  EXPECT_FALSE(stuck);
}

}  // namespace
}  // namespace towline
