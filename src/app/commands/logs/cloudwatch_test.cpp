// Pages, repetitions and queries, against a service that answers by script. The real protocol: tests/e2e/logs_test.py.
#include "app/commands/logs/cloudwatch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace towline::app::logs {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const WallTime now{seconds(2'000)};

class ScriptedService final : public Service {
 public:
  Result<std::string> call(std::string_view operation, const std::string& body) override {
    asked.push_back(std::string(operation) + " " + body);
    if (answers.empty()) return Error{"nothing more was expected"};
    std::string answer = std::move(answers.front());
    answers.pop_front();
    if (answer.empty()) return Error{"it failed"};
    return answer;
  }

  std::deque<std::string> answers;  // empty: an error
  std::vector<std::string> asked;
};

std::string event(const std::string& id, int ms, const std::string& message = "{}") {
  return R"({"eventId":")" + id + R"(","timestamp":)" + std::to_string(ms) + R"(,"message":")" + message + "\"}";
}
std::string page(const std::vector<std::string>& events, const std::string& token = "") {
  std::string out;
  for (const std::string& each : events) out += (out.empty() ? "" : ",") + each;
  return "{\"events\":[" + out + "]" + (token.empty() ? "" : ",\"nextToken\":\"" + token + "\"") + "}";
}

class GroupLogsTest : public testing::Test {
 protected:
  GroupLogs logs(GroupOptions options = {.group = "g"}, const Patterns& patterns = {}) {
    return {service_, std::move(options), Matcher(patterns, Matcher::Which::rest)};
  }
  // The times of what is given, in milliseconds.
  std::vector<int> read(GroupLogs& logs, std::size_t at_most = 1000) {
    std::vector<int> times;
    const Result<void> done = logs.read(at_most, now, [&](const Event& event) {
      times.push_back(static_cast<int>(event.time.time_since_epoch() / milliseconds(1)));
      return times.size() < at_most;
    });
    error_ = done ? "" : done.error().message;
    return times;
  }

  ScriptedService service_;
  std::string error_;
};

TEST_F(GroupLogsTest, AnEmptyPageWithATokenIsntTheEnd) {
  service_.answers = {page({event("a", 1)}, "t1"), page({}, "t2"), page({}, "t3"), page({event("b", 2)})};
  GroupLogs logs = this->logs();
  EXPECT_THAT(read(logs), ElementsAre(1, 2));
  EXPECT_EQ(service_.asked.size(), 4U);
  EXPECT_THAT(service_.asked[0], Not(HasSubstr("nextToken")));
  EXPECT_THAT(service_.asked[3], HasSubstr("\"nextToken\":\"t3\""));
}

TEST_F(GroupLogsTest, EverythingThatWasAskedForIsInTheRequest) {
  service_.answers = {page({})};
  GroupLogs logs = this->logs({"g \"x\"", "web", "{ $.a = \"b\" }", {WallTime(seconds(7)), WallTime(seconds(9))}});
  EXPECT_THAT(read(logs, 50), IsEmpty());
  EXPECT_THAT(service_.asked, ElementsAre(R"(FilterLogEvents {"logGroupName":"g \"x\"","logStreamNamePrefix":"web",)"
                                          R"("filterPattern":"{ $.a = \"b\" }","startTime":7000,"endTime":9000,)"
                                          R"("limit":50})"));
}

TEST_F(GroupLogsTest, ItStopsWhenEnoughIsTaken) {
  service_.answers = {page({event("a", 1), event("b", 2), event("c", 3)}, "t1")};
  GroupLogs logs = this->logs();
  EXPECT_THAT(read(logs, 2), ElementsAre(1, 2));
  EXPECT_EQ(service_.asked.size(), 1U);
}

TEST_F(GroupLogsTest, WhatComesLateIsGivenAndNothingTwice) {
  GroupLogs logs = this->logs();
  service_.answers = {page({event("a", 1'000'000), event("b", 1'000'000)})};
  EXPECT_THAT(read(logs), ElementsAre(1'000'000, 1'000'000)) << "the time isn't what tells events apart";
  service_.answers = {
      page({event("late", 980'000), event("a", 1'000'000), event("b", 1'000'000), event("c", 1'000'001)})};
  EXPECT_THAT(read(logs), ElementsAre(980'000, 1'000'001));
  EXPECT_THAT(service_.asked.back(), HasSubstr("\"startTime\":970000"));
  service_.answers = {page({event("late", 980'000), event("c", 1'000'001)})};
  EXPECT_THAT(read(logs), IsEmpty());
}

TEST_F(GroupLogsTest, AnEventOfTheFutureHidesNothing) {
  GroupLogs logs = this->logs();
  service_.answers = {page({event("ahead", 9'000'000)})};
  EXPECT_THAT(read(logs), ElementsAre(9'000'000));
  service_.answers = {page({event("b", 2'000'001), event("ahead", 9'000'000)})};
  EXPECT_THAT(read(logs), ElementsAre(2'000'001));
  EXPECT_THAT(service_.asked.back(), HasSubstr("\"startTime\":1970000"));
}

TEST_F(GroupLogsTest, WhatTheServiceCouldntFilterIsFilteredHere) {
  GroupLogs logs = this->logs({.group = "g"}, {.main = "{ $.a = 1 }", .rest = {"\"magic link\""}});
  service_.answers = {page({event("a", 1, R"({\"m\":\"magic link\"})"), event("b", 2, "a magic link in a plain line"),
                            event("c", 3, "nothing")})};
  EXPECT_THAT(read(logs), ElementsAre(1, 2));
}

TEST_F(GroupLogsTest, AServiceThatGoesInCirclesIsNoticed) {
  service_.answers = {page({}, "t"), page({}, "t")};
  GroupLogs logs = this->logs();
  EXPECT_THAT(read(logs), IsEmpty());
  EXPECT_THAT(error_, HasSubstr("again and again"));
}

TEST_F(GroupLogsTest, ErrorsAreHandedOn) {
  for (const std::string answer : {"", "[]", "{", "{\"events\":[{\"eventId\":1}]}", "{}"}) {
    service_.answers = {answer};
    GroupLogs logs = this->logs();
    EXPECT_THAT(read(logs), IsEmpty());
    EXPECT_NE(error_, "") << answer;
  }
}

class QueryTest : public testing::Test {
 protected:
  class SteppingClock final : public Clock {
   public:
    MonoTime now() const override { return time; }
    WallTime wall_now() const override { return logs::now; }
    MonoTime time{seconds(50)};
  };

  Result<std::vector<Row>> run() {
    QueryOptions options{.group = "g", .text = "fields @message | limit 5", .window = {WallTime(seconds(7))}};
    return run_query(service_, options, clock_, [this](Duration time) {
      EXPECT_GT(time, Duration::zero());
      clock_.time += time;
    });
  }

  ScriptedService service_;
  SteppingClock clock_;
};

TEST_F(QueryTest, RowsOfACompleteAnswer) {
  service_.answers = {R"({"queryId":"q"})", R"({"status":"Scheduled"})",
                      R"({"status":"Running","results":[[{"field":"n","value":"1"}]]})",
                      R"({"status":"Complete","results":[[{"field":"n","value":"2"},{"field":"@ptr","value":"x"}]]})"};
  const Result<std::vector<Row>> rows = run();
  ASSERT_TRUE(rows);
  EXPECT_THAT(*rows, ElementsAre(Row{{"n", "2"}}));
  EXPECT_EQ(service_.asked[0], R"(StartQuery {"logGroupName":"g","startTime":7,"endTime":2000,"limit":1000,)"
                               R"("queryString":"fields @message | limit 5"})");
  EXPECT_EQ(service_.asked[3], R"(GetQueryResults {"queryId":"q"})");
}

TEST_F(QueryTest, AQueryThatTakesTooLongIsStopped) {
  service_.answers = {R"({"queryId":"q"})"};
  for (int i = 0; i < 61; ++i) service_.answers.push_back(R"({"status":"Running","results":[]})");
  service_.answers.push_back(R"({"success":true})");
  const Result<std::vector<Row>> rows = run();
  ASSERT_FALSE(rows);
  EXPECT_THAT(rows.error().message, HasSubstr("--wait"));
  EXPECT_EQ(service_.asked.back(), R"(StopQuery {"queryId":"q"})");
  EXPECT_THAT(service_.answers, IsEmpty());
}

TEST_F(QueryTest, OtherEndsAreErrors) {
  service_.answers = {R"({"queryId":"q"})", R"({"status":"Failed","results":[]})"};
  EXPECT_THAT(run().error().message, HasSubstr("Failed"));
  for (const std::string answer : {"", "{}", "["}) {
    service_.answers = {answer};
    EXPECT_FALSE(run());
    service_.answers = {R"({"queryId":"q"})", answer};
    EXPECT_FALSE(run());
  }
}

}  // namespace
}  // namespace towline::app::logs
