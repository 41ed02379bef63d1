// Batches of which the destination has taken a part and named the rest.
#include <gtest/gtest.h>

#include "delivery/deliverer_test_support.hpp"

namespace towline::delivery {
namespace {

using std::chrono::seconds;
using telemetry::MetricId;
using Strings = std::vector<std::string>;

class SetAsideTest : public DelivererTest {
 protected:
  // The first answer; everything else is taken.
  void answer_once(std::vector<component::SetAside> set_aside) {
    sink_.rule = [set_aside = std::move(set_aside), answered = false](const auto&) mutable {
      Outcome outcome{Status::delivered, 200, "", {}};
      if (!std::exchange(answered, true)) outcome.set_aside = set_aside;
      return outcome;
    };
  }
  std::uint64_t delivered() const { return metrics_.sum(MetricId::sink_delivered_records, {"sink"}); }
  std::uint64_t dead(const std::string& reason) const {
    return metrics_.sum(MetricId::sink_dead_lettered_records, {"sink", reason});
  }
};

TEST_F(SetAsideTest, EachRecordIsBuriedWithItsReasonAndTheRestIsDelivered) {
  answer_once({{0, 3, "too_old"}, {8, 2, "too_new"}});
  append(0, 10);
  run_for(seconds(10));
  EXPECT_EQ(delivered(), 5U);
  EXPECT_EQ(shelf_.letters,
            (Strings{"too_old 200 r0", "too_old 200 r1", "too_old 200 r2", "too_new 200 r8", "too_new 200 r9"}));
  EXPECT_EQ(dead("too_old"), 3U);
  EXPECT_EQ(dead("too_new"), 2U);
  EXPECT_EQ(sink_.attempts, 1) << "nothing is sent again";
  EXPECT_EQ(deliverer().held(), 0U);
}

TEST_F(SetAsideTest, AStretchMayReachOverChunksOfWhichSomeAreCut) {
  config_.batch.records = config::Limit(5);
  sink_.rule = [](const Strings& lines) {
    Outcome outcome;
    if (lines.front() == "r5") outcome.set_aside = {{6, 2, "too_old"}, {8, 1, "expired"}};
    return outcome;
  };
  append(0, 7);  // cut behind r4
  append(7, 3);
  run_for(seconds(20));
  EXPECT_EQ(shelf_.letters, (Strings{"too_old 0 r6", "too_old 0 r7", "expired 0 r8"}));
  EXPECT_EQ(delivered(), 7U);
}

TEST_F(SetAsideTest, AllOfABatchMayBe) {
  answer_once({{0, 4, "too_old"}});
  append(0, 4);
  run_for(seconds(10));
  EXPECT_EQ(delivered(), 0U);
  EXPECT_EQ(dead("too_old"), 4U);
  EXPECT_EQ(deliverer().held(), 0U);
}

TEST_F(SetAsideTest, OnlyRecordsOfTheBatchCount) {
  answer_once({{0, 2, "too_old"}, {5, 1, "too_old"}, {9, 1'000, "too_new"}});
  append(0, 5);
  append(5, 1, "invalid");  // within the batch, and no part of it
  append(6, 4);
  run_for(seconds(10));
  EXPECT_EQ(shelf_.letters, (Strings{"invalid 0 r5", "too_old 200 r0", "too_old 200 r1", "too_new 200 r9"}));
  EXPECT_EQ(delivered(), 6U);
}

TEST_F(SetAsideTest, WhatCanNotBeKeptIsDroppedAndCounted) {
  shelf_.full = true;
  answer_once({{1, 2, "too_old"}});
  append(0, 4);
  run_for(seconds(10));
  EXPECT_EQ(metrics_.sum(MetricId::sink_dropped_records, {"sink", "no_data_dir"}), 2U);
  EXPECT_EQ(delivered(), 2U);
  EXPECT_EQ(dead("too_old"), 0U);
}

TEST_F(SetAsideTest, MeansNothingWhereTheBatchWasNotTaken) {
  sink_.rule = [tries = 0](const auto&) mutable {
    Outcome outcome = ++tries == 1 ? reply(Status::retry, 503) : Outcome{};
    if (tries == 1) outcome.set_aside = {{0, 2, "too_old"}};
    return outcome;
  };
  append(0, 3);
  run_for(seconds(60));
  EXPECT_EQ(delivered(), 3U);
  EXPECT_TRUE(shelf_.letters.empty());
}

TEST_F(SetAsideTest, WhatTheDestinationHasOfABatchThatIsGivenUpIsDelivered) {
  sink_.rule = [](const auto&) {
    Outcome outcome = reply(Status::rejected, 400);
    outcome.set_aside = {{0, 1, ""}, {1, 1, "too_old"}, {2, 1, ""}};
    return outcome;
  };
  config_.retry.isolate = 0;
  append(0, 4);
  run_for(seconds(60));
  EXPECT_EQ(delivered(), 2U);
  EXPECT_EQ(dead("too_old"), 1U);
  EXPECT_EQ(dead("rejected"), 1U);
}

TEST_F(SetAsideTest, ABatchWithNothingToSendSaysNothingOfTheDestination) {
  sink_.rule = [tries = 0](const auto&) mutable {
    if (++tries == 1) return reply(Status::refused, 403);
    Outcome outcome;
    outcome.asked = false;
    return outcome;
  };
  append(0, 1);
  run_for(seconds(120));
  EXPECT_EQ(delivered(), 1U);
  EXPECT_EQ(deliverer().snapshot().state, Breaker::State::refused);
}

}  // namespace
}  // namespace towline::delivery
