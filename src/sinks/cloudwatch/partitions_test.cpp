#include "sinks/cloudwatch/partitions.hpp"

#include <gtest/gtest.h>

namespace towline::cloudwatch {
namespace {

Attempt* attempt(std::uintptr_t number) {
  return reinterpret_cast<Attempt*>(number * 16);
}

const Destination a{"g", "a"};
const Destination b{"g", "b"};

std::vector<Event> events(std::initializer_list<std::int64_t> times, std::uintptr_t of = 1) {
  std::vector<Event> list;
  for (const std::int64_t time : times) list.push_back({time, "m", attempt(of), 0});
  return list;
}

TEST(Partitions, OneCallIsUnderWayForEach) {
  Partitions partitions;
  partitions.add(a, events({1, 2}));
  partitions.add(b, events({3}));
  Partition* first = partitions.begin();
  Partition* second = partitions.begin();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(first->destination, a);
  EXPECT_EQ(second->destination, b);
  EXPECT_EQ(partitions.begin(), nullptr);
  partitions.add(a, events({0}));
  EXPECT_EQ(partitions.begin(), nullptr) << "its call is under way";
  EXPECT_EQ(first->waiting.front().time_ms, 0);
  partitions.end(*first);
  EXPECT_EQ(partitions.begin(), first);
  EXPECT_EQ(partitions.under_way(), 2U);
}

TEST(Partitions, EachHasItsTurn) {
  Partitions partitions;
  partitions.add(a, events({1}));
  partitions.add(b, events({1}));
  Partition* first = partitions.begin();
  partitions.end(*first);
  EXPECT_EQ(partitions.begin()->destination, b) << "it has waited for longer";
}

TEST(Partitions, WhatIsIdleIsGone) {
  Partitions partitions;
  partitions.add(a, events({1}));
  Partition* first = partitions.begin();
  first->waiting.clear();
  EXPECT_EQ(partitions.size(), 1U);
  partitions.end(*first);
  EXPECT_EQ(partitions.size(), 0U);
  EXPECT_EQ(partitions.under_way(), 0U);
}

TEST(Partitions, WhatIsWithdrawnHasNoTurn) {
  Partitions partitions;
  partitions.add(a, events({1, 2}, 1));
  partitions.add(b, events({1}, 1));
  partitions.add(b, events({2, 3}, 2));
  EXPECT_EQ(partitions.withdraw(*attempt(1)), 3U);
  EXPECT_EQ(partitions.size(), 1U);
  Partition* left = partitions.begin();
  ASSERT_NE(left, nullptr);
  EXPECT_EQ(left->destination, b);
  EXPECT_EQ(left->waiting.size(), 2U);
  EXPECT_EQ(partitions.begin(), nullptr);
  EXPECT_EQ(partitions.withdraw(*attempt(2)), 2U);
  EXPECT_EQ(partitions.size(), 1U) << "its call is under way";
  partitions.end(*left);
  EXPECT_EQ(partitions.size(), 0U);
}

}  // namespace
}  // namespace towline::cloudwatch
