// A sink whose own destination is away for long, and the one that stands in for it.
#include "delivery/diversion.hpp"

#include <gtest/gtest.h>

#include "delivery/deliverer_test_support.hpp"

namespace towline::delivery {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using telemetry::MetricId;
using Strings = std::vector<std::string>;

class DiversionTest : public DelivererTest {
 protected:
  DiversionTest() {
    config_.after = minutes(10);
    config_.batch.records = config::Limit(4);
    sink_.rule = away();
    deliverer_.emplace(Deliverer::Parts{"sink", config_, stream_, sink_, shelf_, budget_, random_, clock_,
                                        Tally(metrics_, "sink"), Fallback{"other", &other_}});
  }

  static PlayedSink::Rule away() {
    return [](const auto&) { return reply(Status::unreachable); };
  }
  static PlayedSink::Rule well() {
    return [](const auto&) { return Outcome{}; };
  }
  static PlayedSink::Rule refusing(const std::string& record, Status status) {
    return [=](const Strings& lines) {
      return std::ranges::find(lines, record) == lines.end() ? Outcome{} : reply(status, 400);
    };
  }

  // Appends a chunk a second for so long.
  void live(Duration time) {
    for (const MonoTime end = now_ + time; now_ < end;) {
      append(next_, 2);
      next_ += 2;
      run_for(seconds(1));
    }
  }
  bool diverting() { return deliverer().snapshot().diverting_to == "other"; }
  std::uint64_t diverted() const { return metrics_.sum(MetricId::sink_diverted_records, {"sink"}); }
  std::uint64_t delivered() const { return metrics_.sum(MetricId::sink_delivered_records, {"sink"}); }

  PlayedSink other_;
  int next_ = 0;
};

TEST_F(DiversionTest, BeginsWhenTheDestinationHasTakenNothingForLongEnough) {
  append(0, 4);
  run_for(minutes(10) - seconds(1));
  EXPECT_FALSE(diverting());
  EXPECT_EQ(other_.attempts, 0);
  EXPECT_EQ(deliverer().held(), 4U);
  run_for(seconds(1));
  EXPECT_TRUE(diverting());
  EXPECT_EQ(other_.taken.size(), 4U);
  EXPECT_EQ(deliverer().held(), 0U);
  EXPECT_EQ(diverted(), 4U);
  EXPECT_EQ(delivered(), 0U) << "it is never counted as delivered";
}

TEST_F(DiversionTest, ADestinationThatTakesSomethingNowAndThenIsWaitedFor) {
  sink_.rule = [tries = 0](const auto&) mutable {
    return ++tries % 12 == 0 ? Outcome{} : reply(Status::retry, 503);  // waits are 30 s at the most
  };
  live(minutes(60));
  EXPECT_GT(delivered(), 0U);
  EXPECT_EQ(other_.attempts, 0);
  EXPECT_FALSE(diverting());
}

TEST_F(DiversionTest, WhatArrivesMeanwhileGoesAtOnceAndOneAtATimeAsksTheOwnDestination) {
  live(minutes(11));
  ASSERT_TRUE(diverting());
  const int asked = sink_.attempts;
  live(minutes(10));
  EXPECT_LE(deliverer().held(), 8U);
  EXPECT_GE(sink_.attempts - asked, 10 * 60 / 30) << "a wait is 30 s at the most";
  EXPECT_LE(sink_.attempts - asked, 100);
  EXPECT_TRUE(sink_.open.empty());
}

TEST_F(DiversionTest, ReturnsByItselfWithTheFirstBatchThatIsTaken) {
  live(minutes(11));
  ASSERT_TRUE(diverting());
  sink_.rule = well();
  live(seconds(40));
  EXPECT_FALSE(diverting());
  const int before = other_.attempts;
  live(minutes(1));
  EXPECT_EQ(other_.attempts, before);
  run_for(seconds(10));
  EXPECT_EQ(deliverer().held(), 0U);
  EXPECT_EQ(delivered() + diverted(), static_cast<std::uint64_t>(next_));
}

TEST_F(DiversionTest, AfterItsReturnTheTimeBeginsAnew) {
  live(minutes(11));
  sink_.rule = well();
  live(minutes(1));
  ASSERT_FALSE(diverting());
  sink_.rule = away();
  live(minutes(9));
  EXPECT_FALSE(diverting());
  live(minutes(2));
  EXPECT_TRUE(diverting());
}

TEST_F(DiversionTest, EachRecordGoesOnceWhereBothAnswer) {
  live(minutes(11));
  sink_.rule = well();
  live(minutes(1));
  run_for(seconds(10));
  Strings all = sink_.taken;
  all.insert(all.end(), other_.taken.begin(), other_.taken.end());
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
  EXPECT_EQ(all.size(), static_cast<std::size_t>(next_));
}

TEST_F(DiversionTest, WhatIsDivertedHasAKeyOfItsOwn) {
  append(0, 4);
  run_for(minutes(10));
  ASSERT_EQ(other_.keys.size(), 1U);
  EXPECT_EQ(sink_.keys[0], "uuid:0000000000000abc:0:4");
  EXPECT_NE(other_.keys[0], sink_.keys[0]) << "it may read the same stream, and the bytes are others";
  EXPECT_TRUE(other_.keys[0].starts_with("uuid:") && other_.keys[0].ends_with(":0:4")) << other_.keys[0];
}

TEST_F(DiversionTest, AFallbackThatIsAwayTooIsAskedOneAtATimeAndNothingIsLost) {
  other_.rule = away();
  live(minutes(20));
  EXPECT_TRUE(diverting());
  EXPECT_LE(other_.attempts, 10 * 60 / 5) << "by a back-off of its own";
  EXPECT_GE(other_.attempts, 10 * 60 / 30);
  EXPECT_EQ(deliverer().held(), static_cast<std::uint64_t>(next_));
  other_.rule = well();
  run_for(minutes(2));
  EXPECT_EQ(deliverer().held(), 0U);
  EXPECT_EQ(diverted(), static_cast<std::uint64_t>(next_));
}

TEST_F(DiversionTest, AFallbacksAttemptsDontUseUpTheSinksOwn) {
  config_.retry.attempts = config::Limit(1'000);
  other_.rule = [](const auto&) { return reply(Status::retry, 500); };
  append(0, 1);
  run_for(minutes(40));
  EXPECT_EQ(deliverer().held(), 1U);
  EXPECT_TRUE(shelf_.letters.empty());
}

class WhatTheFallbackRefuses : public DiversionTest, public testing::WithParamInterface<Status> {};

TEST_P(WhatTheFallbackRefuses, WaitsForTheOwnDestination) {
  other_.rule = refusing("r5", GetParam());
  append(0, 4);
  append(4, 4);
  run_for(minutes(11));
  EXPECT_EQ(deliverer().held(), 1U);
  EXPECT_EQ(diverted(), 7U);
  EXPECT_LE(other_.attempts, 10);
  EXPECT_TRUE(shelf_.letters.empty()) << "it isn't given up because of the fallback";
  sink_.rule = well();
  run_for(minutes(1));
  EXPECT_EQ(sink_.taken, Strings{"r5"});
}

INSTANTIATE_TEST_SUITE_P(Verdicts, WhatTheFallbackRefuses, testing::Values(Status::rejected, Status::too_large));

TEST_F(DiversionTest, LookingForWhatTheFallbackRefusesIsBounded) {
  config_.batch.records = config::Limit(1'000);
  config_.retry.isolate = 16;
  other_.rule = [](const auto&) { return reply(Status::rejected, 400); };
  append(0, 1'000);
  run_for(minutes(30));
  EXPECT_LE(other_.attempts, 1 + 16);
  EXPECT_EQ(deliverer().held(), 1'000U);

  const int before = other_.attempts;
  append(1'000, 1'000);
  run_for(minutes(1));
  EXPECT_EQ(other_.attempts, before + 1) << "it was in vain";
  other_.rule = refusing("r2500", Status::rejected);
  append(2'000, 1'000);
  append(3'000, 1'000);
  run_for(minutes(1));
  EXPECT_GE(diverted(), 1'000U) << "it takes something again";
}

TEST_F(DiversionTest, WhatTheFallbackSetsAsideIsBuriedWithItsReason) {
  other_.rule = [](const auto&) {
    Outcome outcome;
    outcome.set_aside = {{1, 2, "too_old"}};
    return outcome;
  };
  append(0, 4);
  run_for(minutes(10));
  EXPECT_EQ(diverted(), 2U);
  EXPECT_EQ(shelf_.letters, (Strings{"too_old 0 r1", "too_old 0 r2"})) << "as they were, without a mark";
}

TEST_F(DiversionTest, AMarkerIsForTheDestinationThatDidNotGetTheRecords) {
  append(0, 4);
  append(4, 4);
  turn();
  turn();
  deliverer().drop_below(4);
  run_for(minutes(11));
  EXPECT_EQ(deliverer().held(), 0U);
  EXPECT_FALSE(deliverer().finished());
  for (const std::string& line : other_.taken) EXPECT_EQ(line.find("dropped"), std::string::npos);
  sink_.rule = well();
  run_for(minutes(1));
  EXPECT_TRUE(deliverer().finished());
  ASSERT_EQ(sink_.taken.size(), 1U);
  EXPECT_NE(sink_.taken[0].find("dropped"), std::string::npos);
}

TEST_F(DiversionTest, NoMoreAreUnderWayThereThanTheSinkMayHave) {
  other_.rule = [](const auto&) { return std::nullopt; };
  for (int i = 0; i < 40; i += 4) append(i, 4);
  run_for(minutes(11));
  EXPECT_EQ(other_.open.size(), 2U);
}

TEST_F(DiversionTest, CopiesAreChargedAndUnderPressureThereIsOne) {
  other_.rule = [](const auto&) { return std::nullopt; };
  for (int i = 0; i < 40; i += 4) append(i, 4);
  turn();
  const Charge pressure(budget_, budget_.limit());
  const std::uint64_t before = budget_.used();
  run_for(minutes(11));
  EXPECT_EQ(other_.open.size(), 1U);
  EXPECT_GT(budget_.used(), before);
  other_.answer(0, {});
  turn();
  EXPECT_EQ(other_.open.size(), 1U) << "the next one";
  other_.rule = well();
  other_.answer(0, {});
  run_for(minutes(1));
  EXPECT_EQ(deliverer().held(), 0U);
  EXPECT_LE(budget_.used(), before);
}

TEST_F(DiversionTest, ALargeBatchGoesInPieces) {
  config_.batch.records = config::Limit();
  record::Chunk chunk;
  const std::string line = "{\"a\":\"" + std::string(12'000, 'x') + "\"}\n";
  for (int i = 0; i < 16; ++i) chunk.plain += line;
  chunk.records = 16;
  chunk.plain_bytes = static_cast<std::uint32_t>(chunk.plain.size());
  chunk.oldest = now_;
  appended_ += 16;
  stream_.append(std::move(chunk));
  run_for(minutes(11));
  EXPECT_EQ(diverted(), 16U);
  EXPECT_EQ(other_.sizes, (std::vector<std::uint32_t>{4, 4, 4, 4})) << "a sixteenth of the memory at the most";
}

TEST_F(DiversionTest, SmallRecordsGoInPiecesToo) {
  config_.batch.records = config::Limit();
  std::size_t largest = 0;
  other_.rule = [&](const Strings& lines) {
    std::size_t bytes = 0;
    for (const std::string& line : lines) bytes += line.size() + 1;
    largest = std::max(largest, bytes);
    return Outcome{};
  };
  record::Chunk chunk;
  for (int i = 0; i < 3000; ++i) chunk.plain += "{\"a\":1}\n";
  chunk.records = 3000;
  chunk.plain_bytes = static_cast<std::uint32_t>(chunk.plain.size());
  chunk.oldest = now_;
  appended_ += chunk.records;
  stream_.append(std::move(chunk));
  run_for(minutes(11));
  EXPECT_EQ(diverted(), 3000U);
  EXPECT_LE(largest, budget_.limit() / 16) << "with what is added to each";
  EXPECT_GT(largest, budget_.limit() / 64);
}

struct Pieces {
  Status status;
  std::size_t record_bytes;
  int pieces;
};
class WhatGoesInPieces : public DiversionTest, public testing::WithParamInterface<Pieces> {};

TEST_P(WhatGoesInPieces, RemembersTheAttemptsOfTheWhole) {
  constexpr int attempts = 100;
  config_.batch.records = config::Limit();
  config_.retry.attempts = config::Limit(attempts);
  other_.rule = [](const Strings&) { return reply(GetParam().status, 400); };
  record::Chunk chunk;
  for (int i = 0; i < 4; ++i) chunk.plain += "{\"a\":\"" + std::string(GetParam().record_bytes, 'x') + "\"}\n";
  chunk.records = 4;
  chunk.plain_bytes = static_cast<std::uint32_t>(chunk.plain.size());
  chunk.oldest = now_;
  appended_ += chunk.records;
  stream_.append(std::move(chunk));
  run_for(minutes(10) - seconds(1));
  const int whole = sink_.attempts;
  ASSERT_GT(whole, 20);
  ASSERT_EQ(other_.attempts, 0);
  run_for(minutes(200));
  EXPECT_EQ(deliverer().held(), 0U);
  EXPECT_EQ(shelf_.letters.size(), 4U);
  EXPECT_LE(sink_.attempts, whole + GetParam().pieces * (attempts - whole));
}

INSTANTIATE_TEST_SUITE_P(Reasons, WhatGoesInPieces,
                         testing::Values(Pieces{Status::unreachable, 30'000, 2}, Pieces{Status::rejected, 10, 4}));

TEST_F(DiversionTest, WhatAnotherDelivererOfTheSinkDeliversCounts) {
  const auto delivered_at = std::make_shared<MonoTime>(MonoTime::min());
  deliverer_.emplace(Deliverer::Parts{"again", config_, stream_, sink_, shelf_, budget_, random_, clock_,
                                      Tally(metrics_, "sink"), Fallback{"other", &other_, delivered_at}});
  append(0, 4);
  for (int minute = 0; minute < 30; ++minute) {
    run_for(minutes(1));
    *delivered_at = now_;
  }
  EXPECT_FALSE(diverting());
  run_for(minutes(9));
  EXPECT_FALSE(diverting());
  run_for(minutes(1));
  EXPECT_TRUE(diverting());
  sink_.rule = well();
  run_for(minutes(1));
  append(4, 4);
  run_for(minutes(1));
  EXPECT_GT(*delivered_at, now_ - minutes(2)) << "and the other one knows of this one's";
}

TEST_F(DiversionTest, AtTheEndWhatIsUnderWayThereMayBeLostLikeTheRest) {
  other_.rule = [](const auto&) { return std::nullopt; };
  append(0, 4);
  run_for(minutes(10));
  ASSERT_EQ(other_.open.size(), 1U);
  EXPECT_EQ(deliverer().oldest_droppable(), 4U);
  deliverer().abandon_attempts();
  EXPECT_EQ(deliverer().oldest_droppable(), 0U);
  EXPECT_EQ(deliverer().held(), 4U);
}

TEST_F(DiversionTest, WithNothingHeldItDoesNotBegin) {
  append(0, 4);
  turn();
  turn();
  deliverer().drop_below(4);
  run_for(minutes(30));
  EXPECT_FALSE(diverting());
}

TEST_F(DiversionTest, NextTurnNeverAsksForATurnThatDoesNothing) {
  other_.rule = [tries = 0](const auto&) mutable { return ++tries % 4 != 0 ? Outcome{} : reply(Status::retry, 503); };
  live(minutes(11));
  for (int turns = 0; turns < 5'000; ++turns) {
    const MonoTime next = deliverer().next_turn();
    if (next == MonoTime::max()) break;
    const int before = sink_.attempts + other_.attempts;
    const bool was = diverting();
    const bool ended = next == MonoTime::min();
    now_ = std::max(now_, next);
    turn();
    EXPECT_TRUE(ended || sink_.attempts + other_.attempts > before || diverting() != was) << turns;
  }
  EXPECT_EQ(deliverer().held(), 0U);
}

TEST_F(DiversionTest, ASinkWithoutAFallbackGoesOnWaiting) {
  deliverer_.emplace(
      Deliverer::Parts{"alone", config_, stream_, sink_, shelf_, budget_, random_, clock_, Tally(metrics_, "sink")});
  append(0, 4);
  run_for(minutes(60));
  EXPECT_EQ(deliverer().held(), 4U);
  EXPECT_EQ(deliverer().snapshot().diverting_to, "");
}

}  // namespace
}  // namespace towline::delivery
