// When Outbound calls back: at once where something has ended, and late enough for a destination that is only slow.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "net/outbound.hpp"

namespace towline::net {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

// A listener with a small receive buffer; what happens on its connections is the test's.
class Listener {
 public:
  Listener() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int receive_buffer = 4096;
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(socket_, 8), 0);
    socklen_t size = sizeof(address);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  }
  ~Listener() { close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  const std::string& url() const { return url_; }
  int accept() const { return ::accept(socket_, nullptr, nullptr); }

 private:
  int socket_;
  std::string url_;
};

HttpRequest request_to(const std::string& url, codec::Body body = {}) {
  HttpRequest request;
  request.url = url;
  request.body = std::move(body);
  return request;
}

void answer(int client) {
  EXPECT_EQ(send(client, accepted.data(), accepted.size(), MSG_NOSIGNAL), static_cast<ssize_t>(accepted.size()));
  close(client);
}

TEST(OutboundPace, RepliesThatArriveTogetherAreAllCalledBackAtOnce) {
  const Listener listener;
  Outbound outbound;
  const HttpOptions options;
  int replies = 0;
  for (int i = 0; i < 3; ++i) {
    outbound.send(request_to(listener.url()), options, [&replies](const HttpReply& reply) {
      EXPECT_EQ(reply.status, 202);
      ++replies;
    });
  }
  for (int i = 0; i < 20; ++i) outbound.poll(MonoClock::now() + 5ms);  // until the requests are out
  for (int i = 0; i < 3; ++i) answer(listener.accept());
  std::this_thread::sleep_for(20ms);  // all three lie in our sockets when poll() begins

  const MonoTime begin = MonoClock::now();
  while (replies < 3 && MonoClock::now() < begin + 10s) outbound.poll(begin + 10s);
  EXPECT_EQ(replies, 3);
  EXPECT_LT(MonoClock::now() - begin, 2s);
}

// Reads `bytes` or to the end, 16 KiB every 10 ms.
void read_slowly(int client, std::size_t bytes) {
  std::array<char, 16384> buffer;
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t n = recv(client, buffer.data(), buffer.size(), 0);
    if (n <= 0) return;
    done += static_cast<std::size_t>(n);
    std::this_thread::sleep_for(10ms);
  }
}

TEST(OutboundPace, ASlowUplinkIsNotATimeOut) {
  constexpr std::size_t body_bytes = 1 << 20;
  const Listener listener;
  std::thread server([&listener] {
    const int client = listener.accept();
    read_slowly(client, body_bytes);
    answer(client);
  });
  HttpOptions options;
  options.timeout = 200ms;
  codec::Body body;
  body.add(std::string(body_bytes, 'x'));
  Outbound outbound;
  std::optional<HttpReply> got;
  const MonoTime begin = MonoClock::now();
  outbound.send(request_to(listener.url(), body), options, [&got](HttpReply reply) { got = std::move(reply); });
  while (!got && MonoClock::now() < begin + 10s) outbound.poll(begin + 10s);
  server.join();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 202) << got->error_text;
  EXPECT_GT(MonoClock::now() - begin, 2 * options.timeout) << "the test shows nothing";
}

// The body alone would be given two minutes.
TEST(OutboundPace, AnUploadThatStallsIsATimeOut) {
  const Listener listener;
  HttpOptions options;
  options.timeout = 200ms;
  codec::Body body;
  body.add(std::string(1 << 20, 'x'));
  Outbound outbound;
  std::optional<HttpReply> got;
  const MonoTime begin = MonoClock::now();
  outbound.send(request_to(listener.url(), body), options, [&got](HttpReply reply) { got = std::move(reply); });
  while (!got && MonoClock::now() < begin + 20s) outbound.poll(begin + 20s);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->error, TransportError::timeout);
  EXPECT_LT(MonoClock::now() - begin, 15s);
}

}  // namespace
}  // namespace towline::net
