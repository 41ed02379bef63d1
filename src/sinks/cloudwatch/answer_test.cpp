#include "sinks/cloudwatch/answer.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace towline::cloudwatch {
namespace {

using component::Status;
using Kind = Answer::Kind;

const WallTime sent{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours(12)};

Answer judge(const net::HttpReply& reply) {
  return cloudwatch::judge(reply, sent, std::chrono::minutes(5));
}

net::HttpReply reply(int status, std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) {
  net::HttpReply reply;
  reply.status = status;
  reply.body = std::move(body);
  reply.headers = std::move(headers);
  return reply;
}

Answer error(const std::string& name, int status = 400, const std::string& date = "Fri, 20 Nov 2026 12:00:30 GMT") {
  return judge(reply(status, R"({"__type":")" + name + R"(","message":"secret"})", {{"date", date}}));
}

TEST(Answer, ARequestIdMakesItDone) {
  EXPECT_EQ(judge(reply(200, "", {{"x-amzn-requestid", "1"}})).kind, Kind::done);
  const Answer bogus = judge(reply(200, "<html>", {}));
  EXPECT_EQ(bogus.kind, Kind::failed);
  EXPECT_EQ(bogus.outcome.status, Status::retry);
}

TEST(Answer, SaysWhichEventsWereLeftOut) {
  const Answer answer = judge(reply(200,
                                    R"({"nextSequenceToken":"5","rejectedLogEventsInfo":{"tooNewLogEventStartIndex":8,)"
                                    R"("tooOldLogEventEndIndex":3,"expiredLogEventEndIndex":5}})",
                                    {{"x-amzn-requestid", "1"}}));
  std::vector<Verdict> verdicts;
  for (std::size_t i = 0; i < 10; ++i) verdicts.push_back(answer.rejected.verdict(i));
  using enum Verdict;
  EXPECT_EQ(verdicts,
            (std::vector<Verdict>{too_old, too_old, too_old, expired, expired, taken, taken, taken, too_new, too_new}));
}

TEST(Answer, OddNumbersLeaveNothingOut) {
  for (const char* info : {"{}", "7", "null", R"({"tooOldLogEventEndIndex":-1})", R"({"tooNewLogEventStartIndex":"0"})",
                           R"({"tooOldLogEventEndIndex":1.5})", R"({"expiredLogEventEndIndex":null})"}) {
    const Answer answer =
        judge(reply(200, std::string(R"({"rejectedLogEventsInfo":)") + info + "}", {{"x-amzn-requestid", "1"}}));
    EXPECT_EQ(answer.kind, Kind::done);
    for (const std::size_t i : {0U, 1U, 9999U}) EXPECT_EQ(answer.rejected.verdict(i), Verdict::taken) << info;
  }
}

TEST(Answer, ThrottlingIsToldByItsNameAndNotByTheStatus) {
  for (const char* name : {"ThrottlingException", "Throttling", "TooManyRequestsException", "LimitExceededException",
                           "RequestLimitExceeded", "ServiceUnavailableException", "com.amazon.logs#SlowDown",
                           "OperationAbortedException", "RequestTimeout", "RequestExpired"}) {
    const Answer answer = error(name);
    EXPECT_EQ(answer.kind, Kind::failed) << name;
    EXPECT_EQ(answer.outcome.status, Status::retry) << name;
    EXPECT_EQ(answer.outcome.code, 400);
  }
}

TEST(Answer, TheHeaderNamesTheErrorBeforeTheBodyDoes) {
  const std::string body = R"({"__type":"b#InvalidParameterException","code":"C"})";
  EXPECT_EQ(judge(reply(400, body, {{"x-amzn-errortype", "ThrottlingException:http://x/"}})).error,
            "ThrottlingException");
  EXPECT_EQ(judge(reply(400, body)).error, "InvalidParameterException");
  EXPECT_EQ(judge(reply(400, R"({"code":"AccessDeniedException"})")).error, "AccessDeniedException");
  EXPECT_EQ(judge(reply(400, R"({"code":7})")).error, "");
}

TEST(Answer, NothingOfTheBodyGetsOut) {
  EXPECT_EQ(error("InvalidParameterException").outcome.cause, "400 InvalidParameterException");
  for (const std::string& name : std::vector<std::string>{"a b", "<script>", "\\u0000", std::string(65, 'x')})
    EXPECT_EQ(error(name).error, "");
  EXPECT_EQ(judge(reply(400, "not JSON: secret")).outcome.cause, "400 Bad Request");
}

TEST(Answer, EachNameHasItsMeaning) {
  const std::vector<std::tuple<const char*, Kind, Status>> table{
      {"ResourceNotFoundException", Kind::missing, Status::refused},
      {"ExpiredTokenException", Kind::credentials, Status::refused},
      {"ExpiredToken", Kind::credentials, Status::refused},
      {"UnrecognizedClientException", Kind::credentials, Status::refused},
      {"InvalidClientTokenId", Kind::credentials, Status::refused},
      {"SignatureDoesNotMatch", Kind::credentials, Status::refused},
      {"InvalidSignatureException", Kind::credentials, Status::refused},
      {"IncompleteSignature", Kind::credentials, Status::refused},
      {"AccessDeniedException", Kind::failed, Status::refused},
      {"InvalidParameterException", Kind::failed, Status::rejected},
      {"SerializationException", Kind::failed, Status::rejected},
      {"SomethingNewException", Kind::failed, Status::rejected}};
  for (const auto& [name, kind, status] : table) {
    EXPECT_EQ(error(name).kind, kind) << name;
    EXPECT_EQ(error(name).outcome.status, status) << name;
  }
  EXPECT_EQ(error("ResourceAlreadyExistsException").kind, Kind::exists);
  EXPECT_EQ(error("DataAlreadyAcceptedException").kind, Kind::done);
  EXPECT_EQ(error("SomethingNewException", 500).outcome.status, Status::retry);
  EXPECT_EQ(judge(reply(401, "")).kind, Kind::credentials);
  EXPECT_EQ(judge(reply(403, "")).outcome.status, Status::refused);
  EXPECT_EQ(judge(reply(413, "")).outcome.status, Status::too_large);
}

TEST(Answer, AWrongClockIsToldByTheDate) {
  for (const char* name : {"SignatureDoesNotMatch", "InvalidSignatureException", "RequestExpired"}) {
    for (const char* date : {"Fri, 20 Nov 2026 12:05:01 GMT", "Fri, 20 Nov 2026 11:54:59 GMT"}) {
      EXPECT_EQ(error(name, 403, date).kind, Kind::clock) << name;
      EXPECT_EQ(error(name, 403, date).outcome.status, Status::refused);
    }
    for (const char* date : {"Fri, 20 Nov 2026 12:04:59 GMT", "yesterday", ""})
      EXPECT_NE(error(name, 403, date).kind, Kind::clock) << name << date;
  }
  EXPECT_EQ(error("SignatureDoesNotMatch", 403, "Fri, 20 Nov 2026 14:00:00 GMT").date, sent + std::chrono::hours(2));
  EXPECT_EQ(error("AccessDeniedException", 400, "Fri, 20 Nov 2026 14:00:00 GMT").kind, Kind::failed);
}

TEST(Answer, NobodyThereIsUnreachable) {
  net::HttpReply lost;
  lost.error = net::TransportError::reset;
  EXPECT_EQ(judge(lost).kind, Kind::failed);
  EXPECT_EQ(judge(lost).outcome.status, Status::unreachable);
}

TEST(Answer, RetryAfterIsKept) {
  net::HttpReply busy = reply(503, "");
  busy.retry_after = "7";
  EXPECT_EQ(judge(busy).outcome.retry_after, Duration(std::chrono::seconds(7)));
}

TEST(Answer, GzipIsSuspectedUntilItWasTaken) {
  for (const bool proven : {false, true}) {
    EXPECT_TRUE(may_mean_no_gzip(judge(reply(415, "")), proven));
    EXPECT_TRUE(may_mean_no_gzip(error("SerializationException"), proven));
    EXPECT_FALSE(may_mean_no_gzip(error("ThrottlingException"), proven));
    EXPECT_FALSE(may_mean_no_gzip(error("ResourceNotFoundException"), proven));
    EXPECT_FALSE(may_mean_no_gzip(judge(reply(503, "")), proven));
  }
  for (const Answer& answer : {error("InvalidParameterException"), error("UnknownOperationException", 404),
                               judge(reply(404, "")), judge(reply(500, ""))}) {
    EXPECT_TRUE(may_mean_no_gzip(answer, false));
    EXPECT_FALSE(may_mean_no_gzip(answer, true));
  }
}

}  // namespace
}  // namespace towline::cloudwatch
