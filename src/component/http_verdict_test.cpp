#include "component/http_verdict.hpp"

#include <gtest/gtest.h>

namespace towline::component {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const WallTime now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours(12)};

Outcome answer(int status, std::optional<std::string> retry_after = {}) {
  net::HttpReply reply;
  reply.status = status;
  reply.retry_after = std::move(retry_after);
  return judge(reply, now, minutes(5));
}

TEST(HttpVerdict, EveryStatusHasOneMeaning) {
  const auto expected = [](int status) {
    if (status >= 200 && status < 300) return Status::delivered;
    for (const int code : {408, 429})
      if (status == code) return Status::retry;
    for (const int code : {401, 402, 403, 404, 405, 410, 501})
      if (status == code) return Status::refused;
    if (status == 413) return Status::too_large;
    if (status >= 500) return Status::retry;
    return status >= 300 && status < 400 ? Status::refused : Status::rejected;
  };
  for (int status = 200; status < 600; ++status) {
    EXPECT_EQ(answer(status).status, expected(status)) << status;
    EXPECT_EQ(answer(status).code, status);
    EXPECT_EQ(answer(status).cause.rfind(std::to_string(status), 0), 0U);
  }
}

TEST(HttpVerdict, NoAnswerIsUnreachable) {
  using enum net::TransportError;
  for (const net::TransportError error : {dns, connect, tls, timeout, reset, bad_reply}) {
    net::HttpReply reply;
    reply.error = error;
    reply.error_text = "details";
    const Outcome outcome = judge(reply, now, minutes(5));
    EXPECT_EQ(outcome.status, Status::unreachable);
    EXPECT_NE(outcome.cause.find("details"), std::string::npos);
  }
}

TEST(HttpVerdict, RetryAfterIsReadFromTheAnswer) {
  EXPECT_EQ(answer(503, "20").retry_after, Duration(seconds(20)));
  EXPECT_EQ(answer(429, "Fri, 20 Nov 2026 12:00:07 GMT").retry_after, Duration(seconds(7)));
  EXPECT_EQ(answer(503).retry_after, std::nullopt);
}

struct RetryAfterCase {
  const char* text;
  std::optional<Duration> wait;
};

TEST(HttpVerdict, RetryAfterForms) {
  const RetryAfterCase cases[] = {
      {"1", seconds(1)},
      {"120", seconds(120)},
      {"1000000000", minutes(5)},
      {"99999999999999999999999999", minutes(5)},
      {"0", std::nullopt},
      {"-1", std::nullopt},
      {"", std::nullopt},
      {"soon", std::nullopt},
      {"12 monkeys", std::nullopt},
      {"Fri, 20 Nov 2026 12:01:00 GMT", seconds(60)},
      {"Friday, 20-Nov-26 12:01:00 GMT", seconds(60)},
      {"Fri Nov 20 12:01:00 2026", seconds(60)},
      {"Fri, 20 Nov 2026 11:00:00 GMT", std::nullopt},
      {"Fri, 20 Nov 2030 12:00:00 GMT", minutes(5)},
  };
  for (const RetryAfterCase& c : cases) EXPECT_EQ(parse_retry_after(c.text, now, minutes(5)), c.wait) << c.text;
}

}  // namespace
}  // namespace towline::component
