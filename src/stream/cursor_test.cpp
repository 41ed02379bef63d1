#include "stream/cursor.hpp"

#include <gtest/gtest.h>

namespace towline::stream {
namespace {

const WallTime at_one{std::chrono::seconds(1)};
const WallTime at_two{std::chrono::seconds(2)};

TEST(Cursor, TheMarkFollowsWhatIsSettledWithoutAHole) {
  Cursor cursor("s", {});
  cursor.settle({10, 20});
  EXPECT_EQ(cursor.mark(), 0U);
  cursor.settle({30, 40});
  cursor.settle({0, 10});
  EXPECT_EQ(cursor.mark(), 20U);
  EXPECT_EQ(cursor.state().settled, (std::vector<Range>{{30, 40}}));
  cursor.settle({20, 30});
  EXPECT_EQ(cursor.mark(), 40U);
  EXPECT_TRUE(cursor.state().settled.empty());
}

TEST(Cursor, HeldIsWhatIsNeitherSettledNorLost) {
  Cursor cursor("s", {});
  EXPECT_EQ(cursor.held(100), 100U);
  cursor.settle({10, 20});
  EXPECT_TRUE(cursor.lose({50, 60}, Loss::drop_oldest, at_one, at_two));
  EXPECT_EQ(cursor.held(100), 80U);
  EXPECT_EQ(cursor.held(55), 40U);
  EXPECT_EQ(cursor.held(15), 10U) << "what comes behind is not subtracted";
  EXPECT_TRUE(cursor.needs({0, 1}));
  EXPECT_FALSE(cursor.needs({10, 20}));
  EXPECT_FALSE(cursor.needs({55, 60}));
  EXPECT_TRUE(cursor.needs({55, 61}));
}

TEST(Cursor, ALossIsCountedAtOnceAndAGapUntilItIsTold) {
  Cursor cursor("s", {});
  cursor.lose({0, 10}, Loss::drop_oldest, at_one, at_two);
  EXPECT_EQ(cursor.totals().dropped.at("drop_oldest"), 10U);
  EXPECT_EQ(cursor.mark(), 0U) << "the mark waits until the gap is told";
  const Gap* gap = cursor.take_gap(0);
  ASSERT_NE(gap, nullptr);
  EXPECT_EQ(*gap, (Gap{{0, 10}, Loss::drop_oldest, at_one, at_two}));
  cursor.settle({0, 10});
  EXPECT_EQ(cursor.mark(), 10U);
  EXPECT_TRUE(cursor.state().gaps.empty());
  EXPECT_EQ(cursor.totals().dropped.at("drop_oldest"), 10U);
}

TEST(Cursor, AGapGrowsUntilItIsTaken) {
  Cursor cursor("s", {});
  cursor.lose({0, 10}, Loss::drop_oldest, at_one, at_one);
  cursor.lose({10, 15}, Loss::drop_oldest, at_two, at_two);
  EXPECT_EQ(cursor.state().gaps, (std::vector<Gap>{{{0, 15}, Loss::drop_oldest, at_one, at_two}}));
  cursor.take_gap(0);
  cursor.lose({15, 20}, Loss::drop_oldest, at_two, at_two);
  EXPECT_EQ(cursor.state().gaps.size(), 2U) << "what is being told must not change";
  cursor.lose({20, 25}, Loss::damaged, {}, {});
  EXPECT_EQ(cursor.state().gaps.size(), 3U) << "another reason is another gap";
}

TEST(Cursor, TheTimesOfAGapAreInOrder) {
  const auto times_after = [](WallTime from, WallTime to, WallTime more_from, WallTime more_to) {
    Cursor cursor("s", {});
    cursor.lose({0, 10}, Loss::drop_newest, from, to);
    cursor.lose({10, 15}, Loss::drop_newest, more_from, more_to);
    const Gap& gap = cursor.state().gaps.at(0);
    return std::pair(gap.from, gap.to);
  };
  const std::pair both(at_one, at_two);
  EXPECT_EQ(times_after(at_two, at_one, at_one, at_one), both) << "the clock was set back";
  EXPECT_EQ(times_after(at_two, at_two, at_one, at_one), both);
  EXPECT_EQ(times_after(at_one, {}, {}, at_two), both) << "one end is unknown";
  EXPECT_EQ(times_after({}, {}, at_one, at_two), both);
  EXPECT_EQ(times_after(at_one, at_two, {}, {}), both);
  EXPECT_EQ(times_after(at_one, {}, {}, {}), std::pair(at_one, at_one));
}

TEST(Cursor, OnlyWhatIsStillOwedCanBeLost) {
  Cursor cursor("s", {});
  cursor.settle({0, 5});
  cursor.settle({10, 12});
  cursor.lose({14, 16}, Loss::missing, {}, {});
  cursor.lose({0, 20}, Loss::damaged, {}, {});
  EXPECT_EQ(cursor.totals().dropped.at("missing"), 2U);
  EXPECT_EQ(cursor.totals().dropped.at("damaged"), 5U + 2U + 4U);
  EXPECT_EQ(cursor.held(20), 0U);
}

TEST(Cursor, TheNumberOfGapsIsBounded) {
  Cursor cursor("s", {});
  std::uint64_t seq = 10;
  for (std::size_t i = 0; i < Cursor::gaps_max; ++i, seq += 10) {
    ASSERT_TRUE(cursor.lose({seq, seq + 5}, Loss::drop_newest, {}, {}));
  }
  EXPECT_FALSE(cursor.lose({seq, seq + 5}, Loss::drop_newest, {}, {})) << "a policy has to wait";
  EXPECT_TRUE(cursor.needs({seq, seq + 5}));
  EXPECT_TRUE(cursor.lose({seq, seq + 5}, Loss::damaged, {}, {})) << "damage doesn't ask";
  EXPECT_FALSE(cursor.needs({seq, seq + 5}));
  EXPECT_EQ(cursor.state().gaps.size(), Cursor::gaps_max);
  EXPECT_EQ(cursor.totals().dropped.at("damaged"), 5U);
}

}  // namespace
}  // namespace towline::stream
