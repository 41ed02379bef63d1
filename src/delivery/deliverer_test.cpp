// The deliverer against a destination that is played by the test: time stands still unless the test moves it.
#include "delivery/deliverer.hpp"

#include <gtest/gtest.h>

#include <set>

#include "delivery/deliverer_test_support.hpp"

namespace towline::delivery {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(DelivererTest, APartBatchWaitsForItsAge) {
  append(0, 3);
  turn();
  EXPECT_EQ(sink_.attempts, 0);
  EXPECT_EQ(deliverer().next_turn(), now_ + seconds(5));
  pass(seconds(5));
  turn();
  EXPECT_EQ(sink_.taken, (std::vector<std::string>{"r0", "r1", "r2"}));
  EXPECT_EQ(deliverer().held(), 0U);
}

TEST_F(DelivererTest, BatchesKeepTheirLimits) {
  config_.batch.records = config::Limit(4);
  append(0, 3);
  append(3, 3);
  append(6, 9);
  run_for(seconds(20));
  EXPECT_EQ(sink_.taken.size(), 15U);
  EXPECT_EQ(sink_.sizes, (std::vector<std::uint32_t>{3, 3, 4, 4, 1})) << "whole chunks where possible";
}

TEST_F(DelivererTest, BatchesKeepTheByteLimit) {
  config_.batch.bytes = config::ByteSize{30};
  for (int i = 10; i < 30; i += 5) append(i, 5);  // 20 bytes a chunk
  run_for(seconds(20));
  EXPECT_EQ(sink_.sizes, (std::vector<std::uint32_t>{5, 5, 5, 5}));
}

TEST_F(DelivererTest, MemoryPressureSealsEarly) {
  config_.batch.age = std::chrono::hours(1);
  append(0, 1);
  const Charge pressure(budget_, budget_.limit());
  turn();
  EXPECT_EQ(sink_.attempts, 1);
}

TEST_F(DelivererTest, NoMoreInFlightThanAllowedAndSettlingOutOfOrder) {
  config_.batch.records = config::Limit(1);
  sink_.rule = [](const auto&) { return std::nullopt; };
  append(0, 1);
  append(1, 1);
  append(2, 1);
  turn();
  EXPECT_EQ(sink_.open.size(), 2U);
  sink_.answer(1, {});
  turn();
  EXPECT_EQ(deliverer().held(), 2U);
  EXPECT_EQ(deliverer().snapshot().oldest, MonoTime(seconds(1000)));
  ASSERT_EQ(sink_.open.size(), 2U) << "the third one has started";
  sink_.answer(0, {});
  sink_.answer(0, {});
  turn();
  EXPECT_EQ(deliverer().held(), 0U);
}

TEST_F(DelivererTest, AnOutageIsWaitedForWithOneProbeAtATime) {
  config_.batch.records = config::Limit(1);
  sink_.rule = [](const auto&) { return reply(Status::unreachable); };
  for (int i = 0; i < 10; ++i) append(i, 1);
  turn();
  turn();
  EXPECT_EQ(sink_.attempts, 2) << "those in flight when it began";
  EXPECT_EQ(deliverer().snapshot().state, Breaker::State::retrying);
  run_for(seconds(300));
  EXPECT_GE(sink_.attempts, 300 / 30) << "a wait is 30 s at the most";
  EXPECT_LE(sink_.attempts, 60) << "full jitter: 15 s on average once the limit is reached";
  EXPECT_EQ(deliverer().held(), 10U);

  sink_.rule = [](const auto&) { return Outcome{}; };
  run_for(seconds(31));
  EXPECT_EQ(sink_.taken.size(), 10U);
  EXPECT_EQ(std::set<std::string>(sink_.taken.begin(), sink_.taken.end()).size(), 10U);
  EXPECT_EQ(deliverer().snapshot().state, Breaker::State::healthy);
}

TEST_F(DelivererTest, RetryAfterIsHonoured) {
  append(0, 1);
  sink_.rule = [](const auto&) { return Outcome{Status::retry, 503, "503", seconds(20)}; };
  pass(seconds(5));
  turn();
  ASSERT_EQ(sink_.attempts, 1);
  EXPECT_EQ(deliverer().next_turn(), now_ + seconds(20));
  pass(milliseconds(19'999));
  EXPECT_EQ(sink_.attempts, 1);
  pass(milliseconds(1));
  EXPECT_EQ(sink_.attempts, 2);
}

TEST_F(DelivererTest, AttemptsMayBeLimited) {
  config_.retry.attempts = config::Limit(5);
  sink_.rule = [](const auto&) { return reply(Status::retry, 500); };
  append(0, 2);
  run_for(seconds(300));
  EXPECT_EQ(sink_.attempts, 5);
  EXPECT_EQ(shelf_.letters, (std::vector<std::string>{"gave_up 500 r0", "gave_up 500 r1"}));
  EXPECT_EQ(deliverer().held(), 0U);
}

TEST_F(DelivererTest, RefusedIsHeldEvenWhereAttemptsAreLimited) {
  config_.retry.attempts = config::Limit(2);
  sink_.rule = [](const auto&) { return reply(Status::refused, 403); };
  append(0, 1);
  run_for(seconds(305));
  EXPECT_EQ(deliverer().held(), 1U);
  EXPECT_GE(sink_.attempts, 9);
  EXPECT_LE(sink_.attempts, 11) << "one in 30 s";
  EXPECT_EQ(deliverer().snapshot().state, Breaker::State::refused);
}

TEST_F(DelivererTest, NewCredentialsEndTheWait) {
  sink_.rule = [](const auto&) { return reply(Status::refused, 403); };
  append(0, 1);
  run_for(seconds(6));
  ASSERT_EQ(sink_.attempts, 1);
  sink_.changed = true;
  sink_.rule = [](const auto&) { return Outcome{}; };
  run_for(seconds(1));
  EXPECT_EQ(sink_.taken.size(), 1U);
}

TEST_F(DelivererTest, TooLargeIsHalvedDownToTheGuiltyRecordAndRemembered) {
  config_.in_flight = 1;
  sink_.rule = [](const std::vector<std::string>& lines) {
    for (const std::string& line : lines)
      if (line == "r77") return reply(Status::too_large, 413);
    return Outcome{};
  };
  append(0, 128);
  run_for(seconds(10));
  EXPECT_EQ(sink_.taken.size(), 127U);
  EXPECT_EQ(shelf_.letters, (std::vector<std::string>{"too_large 413 r77"}));
  EXPECT_LE(sink_.attempts, 1 + 2 * 7);
  EXPECT_EQ(sink_.lines_sent - 127U, 128U + 64 + 32 + 16 + 8 + 4 + 2 + 1) << "nothing that was taken is sent again";
}

TEST_F(DelivererTest, ALearntLimitShapesTheNextBatches) {
  sink_.rule = [](const std::vector<std::string>& lines) {
    return lines.size() > 10 ? reply(Status::too_large, 413) : Outcome{};
  };
  append(1000, 16);
  run_for(seconds(10));
  sink_.sizes.clear();
  for (int i = 2000; i < 2064; i += 8) append(i, 8);
  run_for(seconds(10));
  EXPECT_EQ(sink_.sizes, std::vector<std::uint32_t>(8, 8));
}

TEST_F(DelivererTest, ARecordThatIsTooLargeAloneTeachesNothingAboutBatches) {
  config_.in_flight = 1;
  sink_.rule = [](const std::vector<std::string>& lines) {
    for (const std::string& line : lines)
      if (line == "r3") return reply(Status::too_large, 413);
    return Outcome{};
  };
  append(0, 16);
  run_for(seconds(10));
  EXPECT_EQ(shelf_.letters.size(), 1U);
  sink_.sizes.clear();
  append(100, 500);
  run_for(seconds(10));
  EXPECT_EQ(sink_.sizes, (std::vector<std::uint32_t>{500}));
}

TEST_F(DelivererTest, ASizeThatWeRefuseOurselvesSaysNothingOfTheDestination) {
  config_.in_flight = 1;
  sink_.rule = [](const std::vector<std::string>& lines) {
    return lines.size() > 1 ? Outcome{Status::too_large, 0, "longer than our limit", {}} : reply(Status::unreachable);
  };
  append(0, 2);
  run_for(seconds(6));
  EXPECT_EQ(deliverer().snapshot().state, Breaker::State::retrying);
}

TEST_F(DelivererTest, ANeighboursSuccessDoesNotEndAWait) {
  config_.batch.records = config::Limit(1);
  sink_.rule = [](const auto&) { return std::nullopt; };
  append(0, 1);
  append(1, 1);
  append(2, 1);
  turn();
  ASSERT_EQ(sink_.open.size(), 2U);
  sink_.answer(0, Outcome{Status::retry, 429, "429", seconds(20)});
  turn();
  sink_.answer(0, Outcome{});
  turn();
  EXPECT_EQ(sink_.open.size(), 0U);
  pass(milliseconds(19'999));
  EXPECT_EQ(sink_.open.size(), 0U) << "told to wait 20 s";
  pass(milliseconds(1));
  EXPECT_EQ(sink_.open.size(), 1U);
}

TEST_F(DelivererTest, ALateFailureDoesNotHideThatWeAreRefused) {
  config_.batch.records = config::Limit(1);
  sink_.rule = [](const auto&) { return std::nullopt; };
  append(0, 1);
  append(1, 1);
  turn();
  sink_.answer(0, reply(Status::refused, 401));
  turn();
  sink_.answer(0, reply(Status::retry, 503));
  turn();
  EXPECT_EQ(deliverer().snapshot().state, Breaker::State::refused);
  sink_.changed = true;
  sink_.rule = [](const auto&) { return Outcome{}; };
  run_for(seconds(2));
  EXPECT_EQ(sink_.taken.size(), 2U);
}

TEST_F(DelivererTest, BadLinesBetweenGoodOnesCutNoBatch) {
  for (int i = 0; i < 40; i += 2) {
    append(i, 1);
    append(i + 1, 1, "invalid");
  }
  run_for(seconds(10));
  EXPECT_EQ(sink_.sizes, (std::vector<std::uint32_t>{20}));
  EXPECT_EQ(shelf_.letters.size(), 20U);
}

TEST_F(DelivererTest, OneRejectedRecordIsIsolated) {
  sink_.rule = [](const std::vector<std::string>& lines) {
    for (const std::string& line : lines)
      if (line == "r500") return reply(Status::rejected, 400);
    return Outcome{};
  };
  append(0, 1000);
  run_for(seconds(10));
  EXPECT_EQ(sink_.taken.size(), 999U);
  EXPECT_EQ(shelf_.letters, (std::vector<std::string>{"rejected 400 r500"}));
  EXPECT_LE(sink_.attempts, 2 * 10 + 2);
}

TEST_F(DelivererTest, WhenEverythingIsRejectedTheSearchEnds) {
  config_.retry.isolate = 16;
  sink_.rule = [](const auto&) { return reply(Status::rejected, 400); };
  append(0, 1000);
  run_for(seconds(10));
  EXPECT_LE(sink_.attempts, 1 + 16);
  EXPECT_EQ(shelf_.letters.size(), 1000U);
  EXPECT_EQ(deliverer().held(), 0U);
}

TEST_F(DelivererTest, WhatCanNotBeKeptIsDroppedAndCounted) {
  shelf_.full = true;
  sink_.rule = [](const auto&) { return reply(Status::rejected, 406); };
  append(0, 1);
  run_for(seconds(10));
  EXPECT_EQ(metrics_.sum(telemetry::MetricId::sink_dropped_records, {"sink", "no_data_dir"}), 1U);
}

TEST_F(DelivererTest, LettersThatAreDeadOnArrivalAreNotSent) {
  append(0, 2);
  append(2, 1, "invalid");
  append(3, 1);
  run_for(seconds(11));
  EXPECT_EQ(sink_.taken, (std::vector<std::string>{"r0", "r1", "r3"}));
  EXPECT_EQ(shelf_.letters, (std::vector<std::string>{"invalid 0 r2"}));
}

TEST_F(DelivererTest, DrainingSkipsAgesAndWaits) {
  append(0, 1);
  sink_.rule = [](const auto&) { return reply(Status::unreachable); };
  run_for(seconds(60));
  append(1, 1);
  sink_.rule = [](const auto&) { return Outcome{}; };
  deliverer().drain(now_);
  run_for(milliseconds(0));
  EXPECT_EQ(deliverer().held(), 0U);
}

TEST_F(DelivererTest, DrainingAsksADeadDestinationAgainSoon) {
  append(0, 1);
  sink_.rule = [](const auto&) { return reply(Status::refused, 403); };
  deliverer().drain(now_);
  run_for(seconds(5));
  EXPECT_GE(sink_.attempts, 8);
  EXPECT_LE(sink_.attempts, 12);
}

TEST_F(DelivererTest, EveryAttemptAtABatchHasItsKeyAndEachPartOneOfItsOwn) {
  config_.in_flight = 1;
  int calls = 0;
  sink_.rule = [&calls](const auto&) {
    ++calls;
    if (calls <= 2) return reply(Status::unreachable);
    return calls == 3 ? reply(Status::too_large, 413) : Outcome{};
  };
  append(0, 2);
  append(2, 2);
  run_for(seconds(60));
  const std::string prefix = "uuid:0000000000000abc:";
  EXPECT_EQ(sink_.keys,
            (std::vector<std::string>{prefix + "0:4", prefix + "0:4", prefix + "0:4", prefix + "0:2", prefix + "2:2"}));
}

TEST_F(DelivererTest, TheLimitOfRequestsFollowsTheDestination) {
  const auto shown = [this] { return metrics_.sum(telemetry::MetricId::sink_in_flight_limit, {"sink"}); };
  config_.in_flight = 8;
  config_.batch.records = config::Limit(1);
  sink_.rule = [](const auto&) { return std::nullopt; };
  for (int i = 0; i < 100; ++i) append(i, 1);
  turn();
  EXPECT_EQ(shown(), 2U);
  for (std::size_t round = 2; round < 8; ++round) {
    ASSERT_EQ(sink_.open.size(), round);
    for (std::size_t i = 0; i < round; ++i) {
      sink_.answer(0, Outcome{});
      turn();
    }
  }
  EXPECT_EQ(shown(), 8U);
  EXPECT_EQ(sink_.open.size(), 8U);
  sink_.answer(0, reply(Status::retry, 429));
  sink_.answer(0, reply(Status::unreachable));
  turn();
  EXPECT_EQ(shown(), 4U) << "halved once for what was under way together";
}

TEST_F(DelivererTest, WhatIsLeftIsGoneThroughInOrder) {
  config_.batch.records = config::Limit(2);
  sink_.rule = [](const auto&) { return std::nullopt; };
  append(0, 2);  // under way
  append(2, 2);  // waits
  turn();
  sink_.answer(1, reply(Status::retry, 500));
  append(4, 2);  // read
  append(6, 1, "invalid");
  append(7, 1);
  turn();
  append(8, 1);  // taken in
  stream_.take_in();
  std::vector<std::string> left;
  deliverer().each_left([&](std::string_view record) { left.emplace_back(record); });
  EXPECT_EQ(left, (std::vector<std::string>{"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"}));
}

TEST_F(DelivererTest, NextTurnNeverAsksForATurnThatDoesNothing) {
  // A fair destination, then a failing one: each turn that was asked for must change something, or time must pass.
  config_.batch.records = config::Limit(3);
  int calls = 0;
  sink_.rule = [&calls](const auto&) { return ++calls % 3 == 0 ? reply(Status::retry, 500) : Outcome{}; };
  for (int i = 0; i < 30; ++i) {
    append(i, 1);
    turn();
    turn();
    EXPECT_GT(deliverer().next_turn(), now_) << "after record " << i;
    now_ += milliseconds(700);
  }
}

}  // namespace
}  // namespace towline::delivery
