#include "simulation/choices.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace towline::simulation {
namespace {

TEST(Odometer, PlaysEveryHistoryOnce) {
  Odometer odometer;
  std::set<std::string> histories;
  int played = 0;
  do {
    std::string history;
    for (int i = 0; i < 3; ++i) {
      const std::size_t choice = odometer.below(3);
      history += std::to_string(choice);
      if (choice == 2) break;  // a history may end early
    }
    histories.insert(history);
    ++played;
  } while (odometer.next());
  EXPECT_EQ(played, 15);  // 2 * 2 * 3 of length 3, 2 of length 2, 1 of length 1
  EXPECT_EQ(histories.size(), 15U);
}

TEST(Odometer, LeavesOutWhatHasNoWeight) {
  Odometer odometer;
  std::set<std::size_t> picked;
  do {
    picked.insert(odometer.pick({0, 1, 0, 7}));
  } while (odometer.next());
  EXPECT_EQ(picked, (std::set<std::size_t>{1, 3}));
}

TEST(Odometer, KnowsTheBeginningsThatItRepeats) {
  Odometer odometer;
  std::set<std::string> beginnings;
  int fresh = 0;
  do {
    std::string beginning;
    fresh += odometer.is_new() ? 1 : 0;
    beginnings.insert(beginning);
    for (int i = 0; i < 3; ++i) {
      beginning += std::to_string(odometer.below(2));
      fresh += odometer.is_new() ? 1 : 0;
      beginnings.insert(beginning);
    }
  } while (odometer.next());
  EXPECT_EQ(fresh, 15);
  EXPECT_EQ(beginnings.size(), 15U);
}

TEST(RandomChoices, ASeedIsAHistoryAndItsTrailIsTheSame) {
  RandomChoices random(42);
  RandomChoices again(42);
  std::vector<std::size_t> picked;
  for (int i = 0; i < 100; ++i) {
    picked.push_back(random.pick({0, 3, 1, 0, 6}));
    EXPECT_EQ(again.pick({0, 3, 1, 0, 6}), picked.back());
    EXPECT_TRUE(picked.back() == 1 || picked.back() == 2 || picked.back() == 4);
  }
  TrailChoices trail(random.trail());
  for (const std::size_t choice : picked) {
    EXPECT_FALSE(trail.ended());
    EXPECT_EQ(trail.pick({0, 3, 1, 0, 6}), choice);
  }
  EXPECT_TRUE(trail.ended());
  EXPECT_EQ(trail.pick({0, 3, 1}), 1U) << "the first possible answer when the trail has ended";
}

TEST(RandomChoices, ObeysTheWeights) {
  RandomChoices random(7);
  int second = 0;
  for (int i = 0; i < 10'000; ++i) second += random.pick({9, 1}) == 1 ? 1 : 0;
  EXPECT_NEAR(second, 1000, 150);
}

}  // namespace
}  // namespace towline::simulation
