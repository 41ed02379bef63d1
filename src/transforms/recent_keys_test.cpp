#include "transforms/recent_keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <list>
#include <random>
#include <utility>

namespace towline::transforms {
namespace {

Hash128 key(std::uint64_t n) {
  return {n % 4, n};  // the table must look at all of a key
}

TEST(RecentKeys, RemembersValues) {
  RecentKeys<int> keys(2);
  EXPECT_TRUE(keys.find_or_add(key(1)).added);
  keys.find_or_add(key(1)).value = 7;
  EXPECT_EQ(keys.find_or_add(key(1)).value, 7);
  EXPECT_FALSE(keys.find_or_add(key(1)).added);
  EXPECT_EQ(keys.find_or_add(key(5)).value, 0);
  EXPECT_EQ(keys.size(), 2U);
}

TEST(RecentKeys, ForgetsWhatWasNotUsedForLongest) {
  RecentKeys<int> keys(2);
  keys.find_or_add(key(1)).value = 1;
  keys.find_or_add(key(2)).value = 2;
  keys.find_or_add(key(1));
  EXPECT_EQ(keys.find_or_add(key(3)).value, 0);
  EXPECT_EQ(keys.find_or_add(key(1)).value, 1);
  EXPECT_TRUE(keys.find_or_add(key(2)).added) << "it had to go for the third";
  EXPECT_EQ(keys.size(), 2U);
}

// Against a list that is searched from end to end.
TEST(RecentKeys, DoesWhatASimplerOneDoes) {
  constexpr std::size_t capacity = 8;
  RecentKeys<int> keys(capacity);
  std::list<std::pair<std::uint64_t, int>> model;
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    const std::uint64_t n = random() % 12;
    const auto known = std::find_if(model.begin(), model.end(), [&](const auto& entry) { return entry.first == n; });
    const bool added = known == model.end();
    if (added)
      model.emplace_front(n, 0);
    else
      model.splice(model.begin(), model, known);
    if (model.size() > capacity) model.pop_back();
    const auto found = keys.find_or_add(key(n));
    ASSERT_EQ(found.added, added);
    ASSERT_EQ(found.value, model.front().second);
    found.value = model.front().second = round;
    ASSERT_EQ(keys.size(), model.size());
  }
}

}  // namespace
}  // namespace towline::transforms
