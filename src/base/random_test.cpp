#include "base/random.hpp"

#include <gtest/gtest.h>

namespace towline {
namespace {

TEST(SeededRandom, MatchesTheReferenceSequence) {
  SeededRandom random(1234567);  // the published test values of SplitMix64
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
}

TEST(SeededRandom, StaysBelowTheBound) {
  SeededRandom random(1);
  for (int i = 0; i < 1000; ++i) EXPECT_LT(random.below(7), 7U);
  EXPECT_EQ(random.below(0), 0U);
  EXPECT_EQ(random.below(1), 0U);
}

}  // namespace
}  // namespace towline
