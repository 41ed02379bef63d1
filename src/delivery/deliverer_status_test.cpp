// What a snapshot says of a sink's troubles: while they last, and afterwards.
#include <gtest/gtest.h>

#include "delivery/deliverer_test_support.hpp"

namespace towline::delivery {
namespace {

using std::chrono::seconds;

TEST_F(DelivererTest, ASnapshotSaysWhatWentWrongAndWhenItIsTriedAgain) {
  append(0, 2);
  sink_.rule = [](const auto&) { return Outcome{Status::retry, 503, "503 Service Unavailable", seconds(20)}; };
  pass(seconds(5));
  turn();
  Deliverer::Snapshot sick = deliverer().snapshot();
  EXPECT_EQ(sick.last_error, "503 Service Unavailable");
  EXPECT_EQ(sick.failed, now_);
  EXPECT_EQ(sick.resumes, now_ + seconds(20));
  EXPECT_EQ(sick.in_flight, 0U);
  const MonoTime failed = now_;

  sink_.rule = [](const auto&) { return Outcome{}; };
  run_for(seconds(30));
  const Deliverer::Snapshot well = deliverer().snapshot();
  EXPECT_EQ(well.state, Breaker::State::healthy);
  EXPECT_EQ(well.cause, "");
  EXPECT_EQ(well.last_error, "503 Service Unavailable") << "it stays, with its time";
  EXPECT_EQ(well.failed, failed);
}

TEST_F(DelivererTest, ASnapshotCountsRequestsAndBytes) {
  sink_.rule = [](const auto&) { return std::nullopt; };
  append(0, 2);
  pass(seconds(5));
  deliverer().measure();
  EXPECT_EQ(deliverer().snapshot().in_flight, 1U);
  EXPECT_EQ(deliverer().snapshot().held_bytes, stream_.bytes_held(deliverer().cursor()));
  EXPECT_GT(deliverer().snapshot().held_bytes, 0U);
  sink_.answer(0, {});
  turn();
  EXPECT_EQ(deliverer().snapshot().in_flight, 0U);
  EXPECT_EQ(deliverer().snapshot().held_bytes, 0U) << "without another look: nothing is held";
  EXPECT_EQ(deliverer().snapshot().last_error, "");
}

TEST(Snapshot, OfTwoDeliverersTheWorseStateAndTheLaterErrorCount) {
  Deliverer::Snapshot one{Breaker::State::healthy, "", 1, 0, MonoTime(seconds(5))};
  one.in_flight = 1;
  one.held_bytes = 10;
  one.last_error = "later";
  one.failed = MonoTime(seconds(9));
  Deliverer::Snapshot two{Breaker::State::retrying, "503", 2, 0, MonoTime(seconds(4))};
  two.in_flight = 2;
  two.held_bytes = 20;
  two.resumes = MonoTime(seconds(11));
  two.last_error = "earlier";
  two.failed = MonoTime(seconds(8));
  one.add(two);
  EXPECT_EQ(one.state, Breaker::State::retrying);
  EXPECT_EQ(one.resumes, MonoTime(seconds(11)));
  EXPECT_EQ(one.in_flight, 3U);
  EXPECT_EQ(one.held_bytes, 30U);
  EXPECT_EQ(one.last_error, "later");
}

}  // namespace
}  // namespace towline::delivery
