#include "aws/asker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/fake_service_test_support.hpp"

namespace towline::aws {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::SizeIs;
using testing::StartsWith;

class AskerTest : public testing::Test {
 protected:
  Result<net::HttpReply> ask(Duration limit = 10s, const std::function<bool(const net::HttpReply&)>& again = {}) {
    return Asker(fetcher_, "it", limit, stop_.get_token())
        .ask({"POST", service_.url() + "/x", {}, Secret("body")}, again);
  }
  void on_ask(Behaviour behaviour) { service_.on("POST /x", std::move(behaviour)); }

  FakeService service_;
  net::Fetcher fetcher_;
  std::stop_source stop_;
};

TEST_F(AskerTest, AnyAnswerIsOne) {
  on_ask(answer("no", "403 Forbidden"));
  const Result<net::HttpReply> reply = ask();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 403);
  EXPECT_EQ(reply->body, "no");
  EXPECT_THAT(service_.requests(), SizeIs(1));
}

TEST_F(AskerTest, EachAttemptSendsTheWholeQuestion) {
  on_ask(answer("", "500 Oops"));
  EXPECT_EQ(ask()->status, 500);
  ASSERT_THAT(service_.requests(), SizeIs(Asker::attempts_max));
  for (const std::string& request : service_.requests()) EXPECT_THAT(request, EndsWith("\r\n\r\nbody"));
}

TEST_F(AskerTest, WhoAsksMayKnowMore) {
  std::atomic<int> asked{0};
  on_ask([&](Peer& peer, const std::string& request) { answer(std::to_string(++asked), "400 Bad")(peer, request); });
  const auto again = [](const net::HttpReply& reply) { return reply.body == "1"; };
  EXPECT_EQ(ask(10s, again)->body, "2");
}

TEST_F(AskerTest, TheLimitIsForAllAttemptsTogether) {
  for (const Behaviour& behaviour : {Behaviour(hang), Behaviour(drip)}) {
    on_ask(behaviour);
    const MonoTime begin = MonoClock::now();
    const Result<net::HttpReply> reply = ask(700ms);
    EXPECT_LT(MonoClock::now() - begin, 4s);
    ASSERT_FALSE(reply);
    EXPECT_THAT(reply.error().message, StartsWith("it can't be asked: "));
  }
  on_ask(answer("", "500 Oops"));
  EXPECT_EQ(ask(100ms)->status, 500);  // there is no time for a pause
}

TEST_F(AskerTest, APauseCanBeStopped) {
  on_ask([&](Peer& peer, const std::string& request) {
    stop_.request_stop();
    answer("", "500 Oops")(peer, request);
  });
  const Result<net::HttpReply> reply = ask();
  EXPECT_THAT(service_.requests(), SizeIs(1));
  EXPECT_TRUE(!reply || reply->status == 500);
}

TEST_F(AskerTest, AnAnswerThatEndsTooEarlyIsNone) {
  on_ask([](Peer& peer, const std::string&) { send(peer, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"); });
  ASSERT_FALSE(ask());
  on_ask([](Peer& peer, const std::string&) { send(peer, "SMTP ready\r\n"); });
  ASSERT_FALSE(ask());
}

}  // namespace
}  // namespace towline::aws
