#include "sinks/cloudwatch/attempt.hpp"

#include <gtest/gtest.h>

namespace towline::cloudwatch {
namespace {

using component::Outcome;
using component::Status;
using enum Verdict;

class AttemptTest : public testing::Test {
 protected:
  AttemptTest() {
    batch_.first_seq = 100;
    batch_.records = 6;
    auto chunk = std::make_shared<record::Chunk>();
    chunk->first_seq = 100;
    chunk->records = 6;
    batch_.slices = {{std::move(chunk), 0, 6}};
  }
  Attempt attempt(std::vector<Verdict> known = std::vector<Verdict>(6, open)) {
    return Attempt(batch_, std::move(known), [](const Outcome&) {});
  }
  static std::string text(const Outcome& outcome) {
    std::string text;
    for (const component::SetAside& each : outcome.set_aside)
      text += std::to_string(each.first_seq) + "+" + std::to_string(each.records) + " " + each.reason + ";";
    return text;
  }

  component::Batch batch_;
};

TEST_F(AttemptTest, SaysWhatWasLeftOut) {
  Attempt all = attempt({taken, too_old, open, open, open, open});
  EXPECT_FALSE(all.is_open(1));
  all.set_aside(2, too_old);
  all.set_aside(3, empty);
  all.expect(4, 1);
  all.expect(5, 1);
  all.settle(4, taken);
  EXPECT_FALSE(all.has_ended());
  all.settle(5, empty);
  EXPECT_TRUE(all.has_ended());
  EXPECT_EQ(all.outcome().status, Status::delivered);
  EXPECT_EQ(text(all.outcome()), "101+2 too_old;103+1 empty;105+1 empty;");
}

TEST_F(AttemptTest, ARecordInPartsIsTakenWithItsLast) {
  Attempt one = attempt();
  one.expect(2, 3);
  one.settle(2, taken);
  one.settle(2, taken);
  EXPECT_TRUE(one.is_open(2));
  one.settle(2, taken);
  EXPECT_FALSE(one.is_open(2));
  one.expect(3, 2);
  one.settle(3, taken);
  one.give_up(1);
  EXPECT_TRUE(one.is_open(3)) << "all of it comes again";
  EXPECT_TRUE(one.has_ended());
}

TEST_F(AttemptTest, APartThatIsLeftOutDecidesAboutTheRecord) {
  Attempt one = attempt();
  one.expect(0, 2);
  one.settle(0, expired);
  one.settle(0, taken);
  EXPECT_EQ(text(one.outcome()), "100+1 expired;");
}

TEST_F(AttemptTest, RecordsAreNotAlwaysNeighbours) {
  auto more = std::make_shared<record::Chunk>();
  more->first_seq = 110;
  more->records = 4;
  batch_.slices.front().records = 2;
  batch_.slices.push_back({std::move(more), 0, 4});
  EXPECT_EQ(text(attempt({open, too_old, too_old, taken, too_new, too_new}).outcome()),
            "101+1 too_old;110+1 too_old;112+2 too_new;");
}

TEST_F(AttemptTest, WhatWasTakenIsToldWhereTheRestFails) {
  Attempt one = attempt({taken, taken, too_old, open, open, taken});
  one.fail({Status::rejected, 400, "400", {}});
  EXPECT_EQ(text(one.outcome()), "100+2 ;102+1 too_old;105+1 ;");
  one.fail({Status::refused, 403, "403", {}});
  EXPECT_EQ(text(one.outcome()), "") << "it is never given up";
}

TEST_F(AttemptTest, APassingFaultIsToldBeforeOneThatStays) {
  Attempt one = attempt();
  for (const Status status : {Status::rejected, Status::too_large, Status::refused, Status::retry, Status::unreachable,
                              Status::rejected, Status::retry}) {
    one.fail({status, 0, "x", {}});
    EXPECT_TRUE(one.has_failed());
  }
  EXPECT_EQ(one.outcome().status, Status::unreachable);
}

}  // namespace
}  // namespace towline::cloudwatch
