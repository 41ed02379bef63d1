// libcurl behind Outbound, against a server of a few lines that says what the test wants and nothing else.
#include "net/outbound.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>

#include "net/scripted_server_test_support.hpp"

namespace towline::net {
namespace {

using namespace std::chrono_literals;

HttpReply reply_to(HttpRequest request, const HttpOptions& options = {}) {
  Outbound outbound;
  std::optional<HttpReply> got;
  outbound.send(std::move(request), options, [&got](HttpReply reply) { got = std::move(reply); });
  const MonoTime deadline = MonoClock::now() + 10s;
  while (!got && MonoClock::now() < deadline) outbound.poll(deadline);
  EXPECT_TRUE(got.has_value());
  return got.value_or(HttpReply{});
}

HttpRequest request_to(const std::string& url, codec::Body body = {}) {
  HttpRequest request;
  request.url = url;
  request.body = std::move(body);
  return request;
}

TEST(Outbound, ARequestCarriesItsHeadersAndEveryByteOfItsBody) {
  ScriptedServer server("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
  codec::Body body;
  std::string expected;
  for (int i = 0; i < 300; ++i) {
    const std::string piece(static_cast<std::size_t>(i * 37 % 9001), static_cast<char>('a' + i % 26));
    body.add(piece);
    expected += piece;
  }
  HttpRequest request = request_to(server.url(), body);
  request.headers.emplace_back("Authorization: Bearer t0ken");
  const HttpReply reply = reply_to(std::move(request));
  EXPECT_EQ(reply.error, TransportError::none);
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(reply.body, "ok");
  const std::string text = server.request();
  EXPECT_EQ(text.rfind("POST /in HTTP/1.1\r\n", 0), 0U);
  EXPECT_NE(text.find("\r\nAuthorization: Bearer t0ken\r\n"), std::string::npos);
  EXPECT_EQ(text.find("Expect:"), std::string::npos);
  EXPECT_EQ(text.substr(text.find("\r\n\r\n") + 4), expected);
}

TEST(Outbound, RetryAfterIsPassedOn) {
  ScriptedServer server("HTTP/1.1 503 Busy\r\nRetry-After: 17\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  const HttpReply reply = reply_to(request_to(server.url()));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.retry_after, "17");
}

TEST(Outbound, RedirectsAreNotFollowed) {
  ScriptedServer elsewhere("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  ScriptedServer server("HTTP/1.1 302 Found\r\nLocation: " + elsewhere.url() +
                        "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(reply_to(request_to(server.url())).status, 302);
  EXPECT_EQ(elsewhere.request(), "");
}

TEST(Outbound, BadRepliesAreErrorsOfBoundedSize) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n";
  for (const std::string& answer : {std::string("nonsense\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\nContent-Le"),
                                    head + "short", head + std::string(1 << 19, 'x')}) {
    ScriptedServer server(answer);
    const HttpReply reply = reply_to(request_to(server.url()));
    EXPECT_NE(reply.error, TransportError::none) << answer.substr(0, 40);
    EXPECT_LE(reply.body.size(), HttpReply::reply_body_max);
  }
}

TEST(Outbound, ALongReplyIsJudgedByItsStatus) {
  for (const std::size_t size : {HttpReply::reply_body_max + 1, std::size_t{1} << 20, std::size_t{4} << 20}) {
    for (const int status : {202, 413}) {
      ScriptedServer server("HTTP/1.1 " + std::to_string(status) + " S\r\nContent-Length: " + std::to_string(size) +
                            "\r\nConnection: close\r\n\r\n" + std::string(size, 'x'));
      const HttpReply reply = reply_to(request_to(server.url()));
      EXPECT_EQ(reply.error, TransportError::none) << size << ": " << reply.error_text;
      EXPECT_EQ(reply.status, status);
      EXPECT_EQ(reply.body, std::string(HttpReply::reply_body_max, 'x'));
    }
  }
}

TEST(Outbound, SaysWhyNobodyAnswered) {
  EXPECT_EQ(reply_to(request_to("http://127.0.0.1:1/")).error, TransportError::connect);
  EXPECT_EQ(reply_to(request_to("http://name.invalid/")).error, TransportError::dns);
  ScriptedServer plain("this is not TLS");
  EXPECT_EQ(reply_to(request_to("https" + plain.url().substr(4))).error, TransportError::tls);
  ScriptedServer silent("");
  EXPECT_EQ(reply_to(request_to(silent.url())).error, TransportError::reset);
}

TEST(Outbound, ASlowAnswerIsATimeOut) {
  const int deaf = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(bind(deaf, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(deaf, 8), 0);
  getsockname(deaf, reinterpret_cast<sockaddr*>(&address), &size);
  HttpOptions options;
  options.timeout = 50ms;
  const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  EXPECT_EQ(reply_to(request_to(url), options).error, TransportError::timeout);
  close(deaf);
}

TEST(Outbound, APipeThatNobodyReadsBlocksNobody) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  Outbound outbound;
  std::optional<int> result;
  codec::Body body;
  body.add(std::string(1 << 20, 'x'));
  outbound.write(ends[1], body, [&result](int error) { result = error; });
  for (int i = 0; i < 20; ++i) outbound.poll(MonoClock::now() + 1ms);
  EXPECT_FALSE(result.has_value()) << "the pipe holds 64 KiB";

  std::size_t read_bytes = 0;
  std::thread reader([&] {
    std::array<char, 65536> buffer;
    while (read_bytes < (1 << 20)) {
      const ssize_t n = read(ends[0], buffer.data(), buffer.size());
      if (n <= 0) break;
      read_bytes += static_cast<std::size_t>(n);
    }
  });
  const MonoTime deadline = MonoClock::now() + 10s;
  while (!result && MonoClock::now() < deadline) outbound.poll(deadline);
  reader.join();
  EXPECT_EQ(result, 0);
  EXPECT_EQ(read_bytes, std::size_t{1} << 20);
  close(ends[0]);
  close(ends[1]);
}

TEST(Outbound, AClosedPipeIsAnError) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  close(ends[0]);
  Outbound outbound;
  std::optional<int> result;
  codec::Body body;
  body.add(std::string("x"));
  outbound.write(ends[1], body, [&result](int error) { result = error; });
  const MonoTime deadline = MonoClock::now() + 10s;
  while (!result && MonoClock::now() < deadline) outbound.poll(deadline);
  EXPECT_EQ(result, EPIPE);
  close(ends[1]);
}

TEST(Outbound, WakeEndsTheWait) {
  Outbound outbound;
  std::thread waker([&outbound] {
    std::this_thread::sleep_for(10ms);
    outbound.wake();
  });
  const MonoTime begin = MonoClock::now();
  outbound.poll(begin + 10s);
  EXPECT_LT(MonoClock::now() - begin, 5s);
  waker.join();
}

TEST(Outbound, RunsWhatOtherThreadsPost) {
  Outbound outbound;
  std::thread::id ran_on;
  std::thread other([&] { outbound.post([&] { ran_on = std::this_thread::get_id(); }); });
  const MonoTime deadline = MonoClock::now() + 10s;
  while (ran_on == std::thread::id() && MonoClock::now() < deadline) outbound.poll(deadline);
  EXPECT_EQ(ran_on, std::this_thread::get_id());
  EXPECT_LT(MonoClock::now(), deadline) << "a post ends the wait";
  other.join();
}

TEST(Outbound, ATaskThatIsPostedFromATaskHasItsTurnInTheNextPoll) {
  Outbound outbound;
  int runs = 0;
  outbound.post([&] {
    ++runs;
    outbound.post([&] { ++runs; });
  });
  outbound.poll(MonoClock::now());
  EXPECT_EQ(runs, 1);
  outbound.poll(MonoClock::now() + 10s);
  EXPECT_EQ(runs, 2);
}

TEST(Outbound, TimedTasksRunInTheirOrderAndNotBefore) {
  Outbound outbound;
  const MonoTime begin = MonoClock::now();
  std::string order;
  outbound.call_at(begin + 40ms, [&] { order += "b"; });
  outbound.call_at(begin + 20ms, [&] { order += "a"; });
  outbound.call_at(begin + 10s, [&] { order += "never"; });
  outbound.poll(begin);
  EXPECT_EQ(order, "");
  while (order.size() < 2 && MonoClock::now() < begin + 5s) outbound.poll(begin + 5s);
  EXPECT_EQ(order, "ab");
  EXPECT_GE(MonoClock::now(), begin + 40ms);
  EXPECT_LT(MonoClock::now(), begin + 4s) << "poll() doesn't sleep past them";
}

}  // namespace
}  // namespace towline::net
