#include "delivery/concurrency.hpp"

#include <gtest/gtest.h>

namespace towline::delivery {
namespace {

using component::Outcome;
using component::Status;

// A round: as many attempts as are allowed, all of them taken.
void full_round(Concurrency& concurrency) {
  const std::uint32_t limit = concurrency.limit();
  for (std::uint32_t i = 0; i < limit; ++i) {
    concurrency.begin();
    concurrency.succeeded(limit);
  }
}

TEST(Concurrency, GrowsByOneARound) {
  Concurrency concurrency(5);
  EXPECT_EQ(concurrency.limit(), 2U);
  for (const std::uint32_t expected : {3U, 4U, 5U, 5U}) {
    full_round(concurrency);
    EXPECT_EQ(concurrency.limit(), expected);
  }
}

TEST(Concurrency, NeverExceedsTheSetting) {
  Concurrency concurrency(1);
  full_round(concurrency);
  EXPECT_EQ(concurrency.limit(), 1U);
}

TEST(Concurrency, SuccessesThatDidNotUseTheLimitTeachNothing) {
  Concurrency concurrency(8);
  for (int i = 0; i < 100; ++i) {
    concurrency.begin();
    concurrency.succeeded(1);
  }
  EXPECT_EQ(concurrency.limit(), 2U);
}

TEST(Concurrency, HalvesOnceForAllThatWereUnderWay) {
  Concurrency concurrency(8);
  while (concurrency.limit() < 8) full_round(concurrency);
  std::uint64_t first = concurrency.begin();
  std::uint64_t last = first;
  for (int i = 1; i < 8; ++i) last = concurrency.begin();
  for (std::uint64_t attempt = first; attempt <= last; ++attempt) concurrency.congested(attempt);
  EXPECT_EQ(concurrency.limit(), 4U);
  concurrency.congested(concurrency.begin());
  EXPECT_EQ(concurrency.limit(), 2U);
  concurrency.congested(concurrency.begin());
  concurrency.congested(concurrency.begin());
  EXPECT_EQ(concurrency.limit(), 1U) << "one at the least";
}

TEST(Concurrency, WhatIsASignOfTooMuch) {
  EXPECT_TRUE(is_congestion({Status::unreachable, 0, "time-out", {}}));
  for (const int code : {408, 429, 503, 504}) EXPECT_TRUE(is_congestion({Status::retry, code, "", {}})) << code;
  for (const int code : {500, 502}) EXPECT_FALSE(is_congestion({Status::retry, code, "", {}})) << code;
  EXPECT_FALSE(is_congestion({Status::delivered, 200, "", {}}));
  EXPECT_FALSE(is_congestion({Status::refused, 403, "", {}}));
  EXPECT_FALSE(is_congestion({Status::rejected, 400, "", {}}));
}

}  // namespace
}  // namespace towline::delivery
