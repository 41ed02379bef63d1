#include "telemetry/ledger.hpp"

#include <gtest/gtest.h>

namespace towline::telemetry {
namespace {

Ledger example() {
  SinkBalance betterstack{"betterstack", 1'234'567, 1'230'000, 4'000, 60, {{"attempts", 7}}, {{"clean.keep_if", 500}}};
  SinkBalance console{"console", 10, 8, 0, 0, {}, {}};
  return {{betterstack, console}};
}

TEST(Ledger, BalancesWhenEveryRecordIsSomewhere) {
  Ledger ledger = example();
  EXPECT_EQ(ledger.sinks[0].difference(), 0);
  EXPECT_EQ(ledger.sinks[1].difference(), 2);
  EXPECT_FALSE(ledger.balances());
  ledger.sinks[1].held = 2;
  EXPECT_TRUE(ledger.balances());
  ledger.sinks[1].held = 5;
  EXPECT_EQ(ledger.sinks[1].difference(), -3);
  EXPECT_TRUE(Ledger().balances());
}

TEST(Ledger, HasAJsonForm) {
  EXPECT_EQ(
      to_json(example()),
      R"({"balances":false,"sinks":[)"
      R"({"sink":"betterstack","received":1234567,"delivered":1230000,"diverted":0,"held":4000,"dead_lettered":60,)"
      R"("dropped":{"attempts":7},"filtered":{"clean.keep_if":500},"difference":0},)"
      R"({"sink":"console","received":10,"delivered":8,"diverted":0,"held":0,"dead_lettered":0,)"
      R"("dropped":{},"filtered":{},"difference":2}]})"
      "\n");
  EXPECT_EQ(to_json({}), "{\"balances\":true,\"sinks\":[]}\n");
}

TEST(Ledger, ReadsBackWhatItWrote) {
  for (const Ledger& ledger : {example(), Ledger()}) {
    const Result<Ledger> read = from_json(to_json(ledger));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, ledger);
  }
}

TEST(Ledger, RefusesWhatIsNotALedger) {
  for (const char* text :
       {"", "[]", "{}", "null", "<html>", R"({"sinks":{}})", R"({"sinks":[1]})",
        R"({"sinks":[{"sink":"a","received":-1,"delivered":0,"diverted":0,"held":0,"dead_lettered":0,)"
        R"("dropped":{},"filtered":{}}]})",
        R"({"sinks":[{"sink":"a","received":1,"delivered":0,"diverted":0,"held":0,"dead_lettered":0,)"
        R"("dropped":{"x":"y"},"filtered":{}}]})"}) {
    const Result<Ledger> read = from_json(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().message, "the answer is not a ledger");
  }
}

TEST(Ledger, HasATableForPeople) {
  EXPECT_EQ(to_table(example()),
            "sink          received  delivered   held  dead letters  dropped  filtered  balance\n"
            "betterstack  1,234,567  1,230,000  4,000            60        7       500       ok\n"
            "  dropped 7: attempts\n"
            "  filtered 500: clean.keep_if\n"
            "console             10          8      0             0        0         0       +2\n");
}

TEST(Ledger, ShowsWhatWasDivertedWhereAnythingWas) {
  Ledger ledger{{SinkBalance{"a", 1'512, 10, 2, 0, {}, {}, 1'500}, SinkBalance{"b", 7, 7, 0, 0, {}, {}}}};
  EXPECT_TRUE(ledger.balances());
  EXPECT_EQ(to_table(ledger),
            "sink  received  delivered  diverted  held  dead letters  dropped  filtered  balance\n"
            "a        1,512         10     1,500     2             0        0         0       ok\n"
            "b            7          7         0     0             0        0         0       ok\n");
  const Result<Ledger> read = from_json(to_json(ledger));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, ledger);
}

TEST(Ledger, ShowsANegativeDifference) {
  Ledger ledger{{SinkBalance{"a", 0, 1'500, 0, 0, {}, {}}}};
  EXPECT_NE(to_table(ledger).find(" -1,500\n"), std::string::npos);
}

}  // namespace
}  // namespace towline::telemetry
