#include "delivery/waiting.hpp"

#include <gtest/gtest.h>

#include <string>

namespace towline::delivery {
namespace {

using Blame = Waiting::Blame;
using std::chrono::seconds;

class WaitingTest : public testing::Test {
 protected:
  static Job job(std::uint64_t first, std::uint32_t records = 10) {
    Job job;
    job.batch.first_seq = first;
    job.batch.records = records;
    return job;
  }
  // An attempt that ends with an error.
  Blame fail(Job& job, bool as_probe, bool answered = true, bool may_be_poison = true) {
    job.is_probe = as_probe;
    ++job.attempts;
    waiting_.came_back(job);
    return waiting_.failed(job, answered, now_, may_be_poison);
  }
  // Another batch is delivered.
  void deliver(int times = 1, std::uint64_t attempts = 1) {
    Job other = job(1000);
    other.attempts = attempts;
    for (int i = 0; i < times; ++i) waiting_.delivered(other);
  }
  // Batch `first` has failed twice as the probe; then another one was delivered.
  void make_suspect(std::uint64_t first, std::uint32_t records = 10) {
    Job suspect = job(first, records);
    fail(suspect, true);
    fail(suspect, true);
    waiting_.add(std::move(suspect));
    deliver();
  }
  Job take_suspect() {
    now_ += seconds(60);
    std::optional<Job> job = waiting_.take(now_);
    EXPECT_TRUE(job && job->suspect);
    return std::move(*job);
  }

  component::RetryConfig config_;
  SeededRandom random_{3};
  Waiting waiting_{config_, random_};
  MonoTime now_{seconds(1000)};
};

TEST_F(WaitingTest, TheOldestComesFirst) {
  for (const std::uint64_t first : {20U, 0U, 10U}) waiting_.add(job(first));
  for (const std::uint64_t first : {0U, 10U, 20U}) EXPECT_EQ(waiting_.take(now_)->batch.first_seq, first);
  EXPECT_FALSE(waiting_.take(now_).has_value());
}

TEST_F(WaitingTest, AProbeThatFailedTwiceMakesWay) {
  waiting_.add(job(0));
  waiting_.add(job(10));
  std::vector<std::uint64_t> probed;
  for (int i = 0; i < 8; ++i) {
    std::optional<Job> probe = waiting_.take_probe(false);
    probed.push_back(probe->batch.first_seq);
    EXPECT_EQ(fail(*probe, true), Blame::destination);
    waiting_.add(std::move(*probe));
  }
  EXPECT_EQ(probed, (std::vector<std::uint64_t>{0, 0, 10, 10, 0, 0, 10, 10}));
}

TEST_F(WaitingTest, OneThatWasNeverSentMayProbeToo) {
  Job tried = job(0);
  fail(tried, true);
  waiting_.add(tried);
  EXPECT_TRUE(waiting_.take_probe(true).has_value()) << "it has failed once only";
  fail(tried, true);
  waiting_.add(tried);
  EXPECT_FALSE(waiting_.take_probe(true).has_value()) << "let the other one";
  EXPECT_TRUE(waiting_.take_probe(false).has_value()) << "there is no other one";
}

TEST_F(WaitingTest, WithoutAnAnswerNobodyMakesWay) {
  Job probe = job(0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fail(probe, true, false), Blame::destination);
  waiting_.add(std::move(probe));
  EXPECT_TRUE(waiting_.take_probe(true).has_value());
}

TEST_F(WaitingTest, SwitchedOffNobodyMakesWay) {
  config_.poison = config::Limit::unlimited();
  Job probe = job(0);
  for (int i = 0; i < 5; ++i) fail(probe, true);
  waiting_.add(std::move(probe));
  deliver();
  EXPECT_FALSE(waiting_.take_probe(true)->suspect);
}

TEST_F(WaitingTest, WhoeverFailsAloneIsConvicted) {
  make_suspect(0);
  for (const Blame expected : {Blame::batch, Blame::batch, Blame::poison}) {
    Job suspect = take_suspect();
    deliver();
    EXPECT_EQ(fail(suspect, false), expected);
    EXPECT_GE(suspect.retry_at, now_);
    waiting_.add(std::move(suspect));
  }
}

TEST_F(WaitingTest, WhoIsKnownToBeInnocentWaitsAndIsNeverConvicted) {
  make_suspect(0);
  for (int i = 0; i < 20; ++i) {
    Job suspect = take_suspect();
    deliver();
    EXPECT_EQ(fail(suspect, false, true, false), Blame::batch);
    waiting_.add(std::move(suspect));
  }
}

TEST_F(WaitingTest, ASuspectIsAskedAtOnceAndThenByABackOffOfItsOwn) {
  make_suspect(0);
  waiting_.add(job(50));
  EXPECT_EQ(waiting_.ready_at(), MonoTime::min());
  Job suspect = *waiting_.take(now_);
  EXPECT_TRUE(suspect.suspect);
  EXPECT_EQ(waiting_.take(now_)->batch.first_seq, 50U);
  EXPECT_EQ(waiting_.ready_at(), MonoTime::max());
  deliver();
  suspect.attempts = 4;
  fail(suspect, false);
  const MonoTime retry_at = suspect.retry_at;
  waiting_.add(std::move(suspect));
  EXPECT_EQ(waiting_.ready_at(), retry_at);
  EXPECT_FALSE(waiting_.take(retry_at - Duration(1)).has_value());
  EXPECT_TRUE(waiting_.take(retry_at).has_value());
}

TEST_F(WaitingTest, OneSuspectAtATime) {
  make_suspect(0);
  make_suspect(10);
  Job first = take_suspect();
  EXPECT_FALSE(waiting_.take(now_).has_value());
  waiting_.came_back(first);
  EXPECT_TRUE(waiting_.take(now_).has_value());
}

TEST_F(WaitingTest, IfTheOthersFailFirstAsWellNobodyIsASuspect) {
  make_suspect(0);
  Job suspect = take_suspect();
  deliver(9);
  deliver(1, 2);
  EXPECT_EQ(fail(suspect, false), Blame::destination);
  EXPECT_FALSE(suspect.suspect);
}

TEST_F(WaitingTest, OneFailureAmongManySuccessesOfOthersIsNoAlibi) {
  make_suspect(0);
  Job suspect = take_suspect();
  deliver(10);
  deliver(1, 2);
  EXPECT_EQ(fail(suspect, false), Blame::batch);
}

TEST_F(WaitingTest, WithNothingToCompareWithNothingIsProven) {
  make_suspect(0);
  for (int i = 0; i < 5; ++i) {
    Job suspect = take_suspect();
    EXPECT_EQ(fail(suspect, false), Blame::destination);
    EXPECT_EQ(suspect.strikes, 0U);
    EXPECT_TRUE(suspect.suspect);
    waiting_.add(std::move(suspect));
  }
}

TEST_F(WaitingTest, PartsOfAConvictedBatchAreSplitAtOnceButARecordIsGivenUpOnProofOnly) {
  make_suspect(0);
  Job part = take_suspect();
  part.isolation = std::make_shared<std::uint32_t>(100U);
  deliver();
  EXPECT_EQ(fail(part, false), Blame::poison);
  part.batch.records = 1;
  part.strikes = 0;
  for (const Blame expected : {Blame::batch, Blame::batch, Blame::poison}) {
    deliver();
    EXPECT_EQ(fail(part, false), expected);
  }
}

TEST_F(WaitingTest, InAHurryASuspectIsAskedSoon) {
  make_suspect(0);
  Job suspect = take_suspect();
  suspect.attempts = 10;
  deliver();
  fail(suspect, false);
  waiting_.add(std::move(suspect));
  waiting_.hurry(now_);
  suspect = *waiting_.take(now_);
  for (int i = 0; i < 20; ++i) {
    fail(suspect, false);
    EXPECT_LE(suspect.retry_at, now_ + std::chrono::milliseconds(500));
  }
}

TEST_F(WaitingTest, SuspectsAreFew) {
  for (std::uint64_t i = 0; i < 2 * Waiting::suspects_max; ++i) make_suspect(i);
  std::size_t suspects = 0;
  waiting_.each([&](const Job& job) { suspects += job.suspect ? 1 : 0; });
  EXPECT_EQ(suspects, Waiting::suspects_max);
}

}  // namespace
}  // namespace towline::delivery
