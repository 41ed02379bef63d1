// A record that the destination can't bear, and destinations that can't bear anything: never to be mixed up.
#include <gtest/gtest.h>

#include <set>

#include "delivery/deliverer_test_support.hpp"

namespace towline::delivery {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class PoisonTest : public DelivererTest {
 protected:
  static PlayedSink::Rule chokes_on(std::set<std::string> poison) {
    return [poison = std::move(poison)](const std::vector<std::string>& lines) {
      const bool is_bad =
          std::any_of(lines.begin(), lines.end(), [&](const auto& line) { return poison.count(line) > 0; });
      return is_bad ? reply(Status::retry, 500) : Outcome{};
    };
  }
  // Ten new records a second.
  void run_with_traffic(Duration time) {
    for (const MonoTime end = now_ + time; now_ < end;) {
      append(next_, 10);
      next_ += 10;
      run_for(seconds(1));
    }
  }

  int next_ = 100'000;
};

TEST_F(PoisonTest, OneRecordThatCausesErrorsIsIsolatedWhileTheOthersFlow) {
  config_.batch.records = config::Limit(100);
  sink_.rule = chokes_on({"r250"});
  for (int i = 0; i < 1000; i += 100) append(i, 100);
  run_with_traffic(minutes(10));
  EXPECT_EQ(shelf_.letters, (std::vector<std::string>{"poison 500 r250"}));
  run_for(seconds(10));
  EXPECT_EQ(deliverer().held(), 0U);
  EXPECT_EQ(sink_.taken.size() + 1, appended_);
  const auto failed = metrics_.sum(telemetry::MetricId::sink_attempts, {"sink", "retry"});
  EXPECT_LE(failed, 3U + 3 + 2 * (7 + 3)) << "suspected, convicted, halved, proven; a part may need a second try";
}

TEST_F(PoisonTest, SeveralPoisonedBatchesInARow) {
  config_.batch.records = config::Limit(10);
  sink_.rule = chokes_on({"r3", "r14", "r15", "r29", "r41"});
  for (int i = 0; i < 100; i += 10) append(i, 10);
  run_with_traffic(minutes(15));
  EXPECT_EQ(
      std::set<std::string>(shelf_.letters.begin(), shelf_.letters.end()),
      (std::set<std::string>{"poison 500 r3", "poison 500 r14", "poison 500 r15", "poison 500 r29", "poison 500 r41"}));
  run_for(seconds(10));
  EXPECT_EQ(deliverer().held(), 0U);
}

TEST_F(PoisonTest, APoisonedRecordHoldsTheOthersUpOnlyShortly) {
  config_.batch.records = config::Limit(10);
  sink_.rule = chokes_on({"r3"});
  append(0, 10);
  run_with_traffic(seconds(60));
  EXPECT_GE(sink_.taken.size(), 550U);
}

TEST_F(PoisonTest, NothingIsSplitInAnOutage) {
  config_.batch.records = config::Limit(10);
  for (int i = 0; i < 200; i += 10) append(i, 10);
  sink_.rule = [](const auto&) { return reply(Status::retry, 503); };
  run_for(hours(1));
  EXPECT_EQ(sink_.sizes, std::vector<std::uint32_t>(sink_.sizes.size(), 10));
  EXPECT_LE(sink_.attempts, 3600 / 30 * 3) << "probes only: half of 30 s on average";
  sink_.rule = [](const auto&) { return Outcome{}; };
  run_for(minutes(5));
  EXPECT_EQ(sink_.taken.size(), 200U);
  EXPECT_TRUE(shelf_.letters.empty());
}

TEST_F(PoisonTest, AfterAnOutageAtMostOneBatchHasOvertakenThoseThatFailed) {
  config_.in_flight = 1;
  config_.batch.records = config::Limit(1);
  for (int i = 0; i < 20; ++i) append(1000 + i, 1);
  sink_.rule = [](const auto&) { return reply(Status::retry, 503); };
  run_for(minutes(7));
  sink_.rule = [](const auto&) { return Outcome{}; };
  run_for(minutes(5));
  ASSERT_EQ(sink_.taken.size(), 20U);
  EXPECT_TRUE(std::is_sorted(sink_.taken.begin() + 1, sink_.taken.end()));
}

TEST_F(PoisonTest, OrderIsKeptWhereNobodyIsSuspected) {
  config_.in_flight = 1;
  config_.retry.poison = config::Limit::unlimited();
  config_.batch.records = config::Limit(1);
  for (int i = 0; i < 20; ++i) append(1000 + i, 1);
  int calls = 0;
  sink_.rule = [&calls](const auto&) { return ++calls % 5 == 0 ? Outcome{} : reply(Status::retry, 503); };
  run_for(hours(1));
  ASSERT_EQ(sink_.taken.size(), 20U);
  EXPECT_TRUE(std::is_sorted(sink_.taken.begin(), sink_.taken.end()));
}

TEST_F(PoisonTest, SearchingIsBoundedAsForRejectedBatches) {
  config_.batch.records = config::Limit(64);
  config_.retry.isolate = 4;
  sink_.rule = chokes_on({"r5"});
  append(0, 64);
  run_with_traffic(minutes(10));
  EXPECT_EQ(shelf_.letters.size(), 16U) << "halved twice";
}

// 503 to 95 in 100 requests for five minutes, at ten records a second; then the destination is well.
class StormTest : public PoisonTest, public testing::WithParamInterface<int> {};

TEST_P(StormTest, CostsFewAttemptsAndConvictsNobody) {
  config_.in_flight = 8;
  config_.batch.records = config::Limit(50);
  SeededRandom dice(static_cast<std::uint64_t>(GetParam()));
  std::set<std::string> batches;
  sink_.rule = [&](const std::vector<std::string>& lines) {
    batches.insert(sink_.keys.back());
    return dice.below(100) < 95 && !lines.empty() ? reply(Status::retry, 503) : Outcome{};
  };
  run_with_traffic(minutes(5));
  sink_.rule = [&](const auto&) {
    batches.insert(sink_.keys.back());
    return Outcome{};
  };
  run_for(minutes(1));
  EXPECT_TRUE(shelf_.letters.empty());
  EXPECT_EQ(deliverer().held(), 0U) << "drained a minute after it has ended";
  EXPECT_EQ(sink_.taken.size(), appended_);
  EXPECT_LE(static_cast<std::size_t>(sink_.attempts), 3 * batches.size() + 300 / 30);
}

INSTANTIATE_TEST_SUITE_P(Seeds, StormTest, testing::Range(1, 21));

// Every third request fails, of whatever batch: everything arrives, whole.
TEST_F(PoisonTest, AFlakyDestinationGetsEverything) {
  config_.in_flight = 4;
  config_.batch.records = config::Limit(1);
  SeededRandom dice(5);
  sink_.rule = [&](const auto&) { return dice.below(3) == 0 ? reply(Status::retry, 500) : Outcome{}; };
  for (int i = 0; i < 500; ++i) append(i, 1);
  run_for(hours(2));
  EXPECT_EQ(sink_.taken.size(), 500U);
  EXPECT_TRUE(shelf_.letters.empty());
}

}  // namespace
}  // namespace towline::delivery
