#include "net/http_ask.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "runtime/asio.hpp"

namespace towline::net {
namespace {

using namespace std::chrono_literals;
using runtime::asio::ip::tcp;
using testing::HasSubstr;
using testing::StartsWith;

// Accepts one connection, reads the request, sends `reply`, and closes after `delay`.
class OneReply {
 public:
  explicit OneReply(std::string reply, std::chrono::milliseconds delay = 0ms)
      : acceptor_(io_, {runtime::asio::ip::make_address("127.0.0.1"), 0}), thread_([this, reply, delay] {
          tcp::socket peer = acceptor_.accept();
          runtime::asio::read_until(peer, runtime::asio::dynamic_buffer(request_), "\r\n\r\n");
          boost::system::error_code ignored;
          runtime::asio::write(peer, runtime::asio::buffer(reply), ignored);
          std::this_thread::sleep_for(delay);
        }) {}
  ~OneReply() { join(); }
  OneReply(const OneReply&) = delete;
  OneReply& operator=(const OneReply&) = delete;

  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + path;
  }
  std::string request() {
    join();
    return request_;
  }

 private:
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  runtime::asio::io_context io_;
  tcp::acceptor acceptor_;
  std::string request_;
  std::thread thread_;
};

TEST(HttpGet, GivesStatusAndBody) {
  OneReply server("HTTP/1.1 503 Service Unavailable\r\nX: y\r\n\r\nline\r\n\r\nmore");
  const Result<HttpAnswer> reply = http_get(server.url("/health?x=1"), 5s);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 503);
  EXPECT_EQ(reply->body, "line\r\n\r\nmore");
  EXPECT_THAT(server.request(), StartsWith("GET /health?x=1 HTTP/1.0\r\nHost: 127.0.0.1\r\n"));
}

TEST(HttpAsk, SendsMethodAndHeaders) {
  OneReply server("HTTP/1.0 200 OK\r\n\r\ntoken");
  const HttpQuestion question{.method = "PUT", .headers = {{"X-Ttl", "60"}, {"X-Other", "a b"}}, .timeout = 5s};
  const Result<HttpAnswer> reply = http_ask(server.url("/latest"), question);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "token");
  EXPECT_EQ(server.request(),
            "PUT /latest HTTP/1.0\r\nHost: 127.0.0.1\r\nX-Ttl: 60\r\nX-Other: a b\r\nContent-Length: 0\r\n"
            "Connection: close\r\n\r\n");
}

TEST(HttpAsk, BoundsTheReplyAsItIsTold) {
  const std::string text = "HTTP/1.1 200 OK\r\n\r\n" + std::string(81, 'x');  // 100 bytes
  const OneReply small(text);
  EXPECT_TRUE(http_ask(small.url("/"), {.timeout = 5s, .reply_max = 100}));
  const OneReply large(text + "x");
  const Result<HttpAnswer> reply = http_ask(large.url("/"), {.timeout = 5s, .reply_max = 100});
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("too long"));
}

TEST(HttpGet, RefusesWhatIsNotAReply) {
  for (const char* text :
       {"", "hello", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 7 x\r\n\r\n"}) {
    const OneReply server(text);
    const Result<HttpAnswer> reply = http_get(server.url("/"), 5s);
    ASSERT_FALSE(reply) << text;
    EXPECT_THAT(reply.error().message, HasSubstr("is not HTTP"));
  }
}

TEST(HttpGet, BoundsTheReply) {
  const OneReply server("HTTP/1.1 200 OK\r\n\r\n" + std::string(http_reply_max, 'x'));
  const Result<HttpAnswer> reply = http_get(server.url("/"), 5s);
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("too long"));
}

TEST(HttpGet, EndsAtTheTimeout) {
  const OneReply server("HTTP/1.1 200 OK\r\n\r\nhalf", 500ms);
  const MonoTime start = MonoClock::now();
  const Result<HttpAnswer> reply = http_get(server.url("/"), 100ms);
  EXPECT_LT(MonoClock::now() - start, 400ms);
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, StartsWith("no answer from http://127.0.0.1:"));
}

TEST(HttpGet, SaysWhatCannotBeReached) {
  const Result<HttpAnswer> reply = http_get("http://127.0.0.1:1/x", 1s);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().message, "can't reach http://127.0.0.1:1/x: Connection refused");
}

TEST(HttpGet, TakesOnlyPlainHttp) {
  EXPECT_FALSE(http_get("https://127.0.0.1/", 1s));
  EXPECT_FALSE(http_get("not a url", 1s));
}

}  // namespace
}  // namespace towline::net
