#include "net/http_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "runtime/condition.hpp"

namespace towline::net {
namespace {

using namespace std::chrono_literals;
using runtime::asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

HttpServerOptions loopback() {
  HttpServerOptions options;
  options.listen = {"127.0.0.1", 0};
  return options;
}

// A server on a thread of its own, as in the daemon; stopped and drained at the end.
class RunningServer {
 public:
  explicit RunningServer(HttpServerOptions options = loopback(), HttpServerInstruments instruments = {})
      : server_(std::move(options), io_.get_executor(), supervisor_, std::move(instruments)) {
    server_.get("/hello", [](const HttpServer::Request& request) {
      return HttpServer::Response{200, "text/plain", "hello " + std::string(request.query)};
    });
    server_.get("/big", [](const HttpServer::Request&) {
      return HttpServer::Response{200, "text/plain", std::string(20'000'000, 'x')};
    });
    server_.get("/count", [this](const HttpServer::Request& request) { return count(request); });
    server_.get("/flood", [](const HttpServer::Request&) { return flood(); });
    server_.post("/echo", 1000,
                 [this](const HttpServer::Request& request, HttpServer::Body& body) { return echo(request, body); });
    server_.post("/slow", 1000, [this](const HttpServer::Request&, HttpServer::Body& body) { return slow(body); });
    server_.post("/deaf", 100'000'000, [](const HttpServer::Request&, HttpServer::Body&) { return deaf(); });
    const Result<void> opened = server_.open();
    EXPECT_TRUE(opened);
    const std::string address = server_.address();
    port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    server_.start();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~RunningServer() {
    let_slow_answer();
    runtime::asio::post(io_, [this] { server_.stop(); });
    thread_.join();
    EXPECT_TRUE(server_.idle());
    EXPECT_EQ(supervisor_.running(), 0U);
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  std::uint16_t port() const { return port_; }

  void stop_accepting() {
    runtime::asio::post(io_, [this] { server_.stop_accepting(); });
  }
  void let_slow_answer() {
    runtime::asio::post(io_, [this] {
      may_answer_ = true;
      answer_.notify_all();
    });
  }
  std::atomic<int> slow_requests = 0;
  std::atomic<int> going_on = 0;  // answers that do

 private:
  // "0\n", then the numbers up to the one in the query; without one it goes on for ever, with nothing to say.
  HttpServer::Response count(const HttpServer::Request& request) {
    HttpServer::Response response{200, "text/plain", "0\n"};
    ++going_on;
    const std::shared_ptr<void> alive(nullptr, [this](void*) { --going_on; });
    const int last = request.query.empty() ? -1 : std::stoi(std::string(request.query));
    response.more = [alive, last, number = 0]() mutable -> std::optional<std::string> {
      if (last < 0) return "";
      if (++number > last) return std::nullopt;
      return std::to_string(number) + "\n";
    };
    response.period = 5ms;
    return response;
  }
  static HttpServer::Response flood() {
    HttpServer::Response response;
    response.more = [] { return std::string(1'000'000, 'x'); };
    response.period = 1ms;
    return response;
  }
  static runtime::Awaitable<HttpServer::Response> echo(const HttpServer::Request& request, HttpServer::Body& body) {
    const std::optional<std::string> text = co_await body.text();
    HttpServer::Response response;
    if (text) response.body = std::string(request.content_type) + ":" + *text;
    co_return response;
  }
  runtime::Awaitable<HttpServer::Response> slow(HttpServer::Body& body) {
    const std::optional<std::string> text = co_await body.text();
    ++slow_requests;
    while (!may_answer_) co_await answer_.wait();
    HttpServer::Response response;
    response.body = text.value_or("nothing");
    co_return response;
  }
  static runtime::Awaitable<HttpServer::Response> deaf() {
    HttpServer::Response response{503, "text/plain", "not now"};
    response.headers.emplace_back("Retry-After", "1");
    co_return response;
  }

  runtime::asio::io_context io_{1};
  runtime::Supervisor supervisor_;
  runtime::Condition answer_{io_.get_executor()};
  bool may_answer_ = false;
  HttpServer server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(io_) {
    socket_.connect({runtime::asio::ip::make_address("127.0.0.1"), port});
    const timeval five_seconds{5, 0};
    setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &five_seconds, sizeof five_seconds);
  }

  void send(const std::string& text) { runtime::asio::write(socket_, runtime::asio::buffer(text)); }

  // Reads until `end` has arrived or the server closes.
  std::string read_until(const std::string& end) {
    std::string text;
    std::array<char, 4096> buffer{};
    while (!text.ends_with(end)) {
      const ssize_t size = recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
      if (size <= 0) return text + (size < 0 && errno == EAGAIN ? "<still open>" : "<closed>");
      text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return text;
  }
  std::string read_to_close() { return read_until("<never>"); }

  std::string ask(const std::string& request) {
    send(request);
    return read_to_close();
  }

 private:
  runtime::asio::io_context io_;
  tcp::socket socket_;
};

std::string get(const std::string& target, const std::string& more = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + more + "\r\n";
}

TEST(HttpServer, AnswersARoute) {
  const RunningServer server;
  const std::string reply = Client(server.port()).ask(get("/hello?a=b"));
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(reply, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(reply, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(reply, EndsWith("\r\n\r\nhello a=b<closed>"));
}

TEST(HttpServer, KeepsAConnectionForManyRequests) {
  const RunningServer server;
  Client client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(client.read_until("hello "), StartsWith("HTTP/1.1 200"));
  }
  client.send("GET /hello?1 HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/hello?2"));  // pipelined
  const std::string replies = client.read_to_close();
  EXPECT_THAT(replies, HasSubstr("hello 1HTTP/1.1 200"));
  EXPECT_THAT(replies, EndsWith("hello 2<closed>"));
}

TEST(HttpServer, AnswersHeadWithoutABody) {
  const RunningServer server;
  const std::string reply = Client(server.port()).ask("HEAD /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(reply, HasSubstr("Content-Length: 6\r\n"));
  EXPECT_THAT(reply, EndsWith("\r\n\r\n<closed>"));
}

TEST(HttpServer, ServesHttp10AndClosesThen) {
  const RunningServer server;
  EXPECT_THAT(Client(server.port()).ask("GET /hello HTTP/1.0\r\n\r\n"), EndsWith("hello <closed>"));
}

TEST(HttpServer, TakesARequestByteByByte) {
  const RunningServer server;
  Client client(server.port());
  for (const char c : get("/hello")) client.send(std::string(1, c));
  EXPECT_THAT(client.read_to_close(), EndsWith("hello <closed>"));
}

std::string post(const std::string& target, const std::string& more, const std::string& body) {
  return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n" + body;
}

TEST(HttpServer, GivesABodyToAPostHandler) {
  const RunningServer server;
  Client client(server.port());
  client.send(post("/echo", "Content-Type: a/b\r\nContent-Length: 5\r\n", "hello"));
  EXPECT_THAT(client.read_until("hello"), EndsWith("\r\n\r\na/b:hello"));
  client.send(post("/echo", "Transfer-Encoding: chunked\r\n", "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n") +
              post("/echo", "", "") + get("/hello?pipelined"));
  const std::string replies = client.read_to_close();
  EXPECT_THAT(replies, HasSubstr(":helloHTTP/1.1 200"));
  EXPECT_THAT(replies, HasSubstr("\r\n\r\n:HTTP/1.1 200"));
  EXPECT_THAT(replies, EndsWith("hello pipelined<closed>"));
}

TEST(HttpServer, SaysContinueWhenTheBodyIsWanted) {
  const RunningServer server;
  Client client(server.port());
  client.send(post("/echo", "Expect: 100-continue\r\nContent-Length: 5\r\n", ""));
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  EXPECT_THAT(client.read_until(":hello"), StartsWith("HTTP/1.1 200"));

  client.send(post("/deaf", "Expect: 100-continue\r\nContent-Length: 5\r\n", ""));
  const std::string refused = client.read_to_close();
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(refused, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_THAT(refused, EndsWith("not now<closed>"));
}

TEST(HttpServer, AnAnswerReachesAClientThatStillSends) {
  const RunningServer server;
  Client client(server.port());
  client.send(post("/deaf", "Content-Length: 50000000\r\n", std::string(20'000'000, 'x')));
  EXPECT_THAT(client.read_until("not now"), StartsWith("HTTP/1.1 503"));
}

TEST(HttpServer, OthersAreServedWhileAHandlerWaits) {
  RunningServer server;
  Client waiting(server.port());
  waiting.send(post("/slow", "Content-Length: 4\r\nConnection: close\r\n", "body"));
  while (server.slow_requests == 0) std::this_thread::sleep_for(1ms);
  EXPECT_THAT(Client(server.port()).ask(get("/hello")), EndsWith("hello <closed>"));
  server.let_slow_answer();
  EXPECT_THAT(waiting.read_to_close(), EndsWith("body<closed>"));
}

TEST(HttpServer, ABodyHasToKeepUp) {
  HttpServerOptions options = loopback();
  options.header_time = 200ms;
  options.body_rate_min = 1'000'000;
  const RunningServer server(options);
  Client client(server.port());
  client.send(post("/echo", "Content-Length: 900\r\n", "x"));
  const MonoTime start = MonoClock::now();
  const std::string reply = client.read_to_close();
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 408"));
  EXPECT_LT(MonoClock::now() - start, 4s);
}

TEST(HttpServer, AnsweredRequestsAreCounted) {
  telemetry::Instrument open;
  telemetry::Instrument accepted;
  HttpServerInstruments instruments;
  instruments.open = &open;
  instruments.accepted = &accepted;
  std::vector<unsigned> answers;
  instruments.on_answer = [&answers](unsigned status) { answers.push_back(status); };
  {
    const RunningServer server(loopback(), instruments);
    Client(server.port()).ask(get("/hello"));
    Client(server.port()).ask(get("/nothing"));
    Client(server.port()).ask("what?\r\n\r\n");
  }
  EXPECT_THAT(answers, testing::ElementsAre(200, 404, 400));
  EXPECT_EQ(accepted.value(), 3U);
  EXPECT_EQ(open.value(), 0U);
}

TEST(HttpServer, EndsWithoutCuttingARequestShort) {
  RunningServer server;
  Client idle(server.port());
  idle.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  idle.read_until("hello ");
  Client half(server.port());
  half.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Le");
  Client waiting(server.port());
  waiting.send(post("/slow", "Content-Length: 4\r\n", "body"));
  while (server.slow_requests == 0) std::this_thread::sleep_for(1ms);
  server.stop_accepting();
  EXPECT_EQ(idle.read_to_close(), "<closed>");
  half.send("ngth: 5\r\n\r\nhello");
  EXPECT_THAT(half.read_to_close(), EndsWith(":hello<closed>"));
  server.let_slow_answer();
  EXPECT_THAT(waiting.read_to_close(), EndsWith("body<closed>"));
}

TEST(HttpServer, AnAnswerGoesOnInChunks) {
  const RunningServer server;
  Client client(server.port());
  client.send("GET /count?2 HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string reply = client.read_to_close();
  EXPECT_THAT(reply, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(reply, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(reply, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(reply, EndsWith("\r\n\r\n2\r\n0\n\r\n2\r\n1\n\r\n2\r\n2\n\r\n0\r\n\r\n<closed>"));
  EXPECT_EQ(server.going_on, 0);
}

TEST(HttpServer, AnAnswerGoesOnWithoutChunksInHttp10) {
  const RunningServer server;
  EXPECT_THAT(Client(server.port()).ask("GET /count?2 HTTP/1.0\r\n\r\n"), EndsWith("\r\n\r\n0\n1\n2\n<closed>"));
  EXPECT_THAT(Client(server.port()).ask("HEAD /count HTTP/1.1\r\nHost: a\r\n\r\n"), EndsWith("\r\n\r\n<closed>"));
  EXPECT_EQ(server.going_on, 0);
}

TEST(HttpServer, NoticesThatTheClientOfALongAnswerHasGone) {
  const RunningServer server;
  {
    Client client(server.port());
    client.send("GET /count HTTP/1.1\r\nHost: a\r\n\r\n");
    client.read_until("0\n\r\n");
    EXPECT_EQ(server.going_on, 1);
    EXPECT_THAT(Client(server.port()).ask(get("/hello")), EndsWith("hello <closed>"));  // others are served meanwhile
  }
  for (int i = 0; i < 1000 && server.going_on > 0; ++i) std::this_thread::sleep_for(5ms);
  EXPECT_EQ(server.going_on, 0);
}

TEST(HttpServer, ALongAnswerEndsWithTheServer) {
  RunningServer server;
  Client client(server.port());
  client.send("GET /count HTTP/1.1\r\nHost: a\r\n\r\n");
  client.read_until("0\n\r\n");
  server.stop_accepting();
  EXPECT_EQ(client.read_to_close(), "0\r\n\r\n<closed>");
}

TEST(HttpServer, AReaderWhoTakesNothingIsClosedAfterAWhile) {
  HttpServerOptions options = loopback();
  options.header_time = 50ms;
  options.idle_time = 400ms;
  const RunningServer server(options);
  Client client(server.port());
  client.send("GET /flood HTTP/1.0\r\n\r\n");
  std::this_thread::sleep_for(200ms);  // longer than header_time
  EXPECT_THAT(client.read_until(std::string(1000, 'x')), Not(HasSubstr("<")));
  std::this_thread::sleep_for(1200ms);
  EXPECT_THAT(client.read_to_close(), EndsWith("<closed>"));
}

struct BadRequest {
  std::string what;
  std::string request;
  std::string status;
};

class HttpServerRefuses : public testing::TestWithParam<BadRequest> {};

TEST_P(HttpServerRefuses, WithTheRightStatus) {
  const RunningServer server;
  const std::string reply = Client(server.port()).ask(GetParam().request);
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 " + GetParam().status)) << GetParam().what;
  EXPECT_THAT(reply, Not(HasSubstr("hello")));
  EXPECT_THAT(reply, EndsWith("<closed>"));
}

INSTANTIATE_TEST_SUITE_P(
    Table, HttpServerRefuses,
    testing::Values(
        BadRequest{"unknown path", get("/nothing"), "404"}, BadRequest{"longer path", get("/hello/"), "404"},
        BadRequest{"other method", "DELETE /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "405"},
        BadRequest{"body", get("/hello", "Content-Length: 3\r\n") + "abc", "413"},
        BadRequest{"chunked body", get("/hello", "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", "413"},
        BadRequest{"get of a post", get("/echo"), "405"},
        BadRequest{"post to a get", post("/hello", "Connection: close\r\n", ""), "405"},
        BadRequest{"long body", post("/echo", "Content-Length: 1001\r\n", ""), "413"},
        BadRequest{"long chunks", post("/echo", "Transfer-Encoding: chunked\r\n", "fff\r\n" + std::string(4095, 'x')),
                   "413"},
        BadRequest{"bad chunks", post("/echo", "Transfer-Encoding: chunked\r\n", "x\r\n"), "400"},
        BadRequest{"two lengths", post("/echo", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "x"), "400"},
        BadRequest{"other expectation",
                   post("/echo", "Expect: more\r\nContent-Length: 1\r\nConnection: close\r\n", "x"), "417"},
        BadRequest{"no host", "GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n", "400"},
        BadRequest{"foreign host", "GET /hello HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", "403"},
        BadRequest{"proxy form", get("http://127.0.0.1/hello"), "400"},
        BadRequest{"not HTTP", std::string("\x16\x03\x01\0\0\r\n\r\n", 9), "400"},
        BadRequest{"long header", get("/hello", "X: " + std::string(20'000, 'x') + "\r\n"), "431"},
        BadRequest{"endless header", "GET /hello HTTP/1.1\r\nX: " + std::string(17'000, 'x'), "431"}));

TEST(HttpServer, ClosesASlowClientAtTheHeaderDeadline) {
  HttpServerOptions options = loopback();
  options.header_time = 100ms;
  const RunningServer server(options);
  Client client(server.port());
  Client silent(server.port());
  const MonoTime start = MonoClock::now();
  client.send("GET /hello HTTP/1.1\r\nHost: a\r\n");
  EXPECT_EQ(client.read_to_close(), "<closed>");
  EXPECT_EQ(silent.read_to_close(), "<closed>");
  EXPECT_LT(MonoClock::now() - start, 3s);
}

TEST(HttpServer, ClosesAnIdleConnection) {
  HttpServerOptions options = loopback();
  options.idle_time = 100ms;
  const RunningServer server(options);
  Client client(server.port());
  client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.read_to_close(), EndsWith("hello <closed>"));
}

TEST(HttpServer, ClosesAClientThatDoesNotRead) {
  HttpServerOptions options = loopback();
  options.header_time = 100ms;
  const RunningServer server(options);
  Client client(server.port());
  client.send(get("/big"));
  std::this_thread::sleep_for(300ms);
  EXPECT_LT(client.read_to_close().size(), 20'000'000U);
}

TEST(HttpServer, BoundsItsConnections) {
  HttpServerOptions options = loopback();
  options.connections_max = 2;
  const RunningServer server(options);
  std::optional<Client> first(server.port());
  Client second(server.port());
  second.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(second.read_until("hello "), HasSubstr("200 OK"));
  EXPECT_EQ(Client(server.port()).read_to_close(), "<closed>");
  first.reset();
  for (int i = 0; i < 100; ++i) {  // until the server has seen that the first one is gone
    if (Client(server.port()).ask(get("/hello")).ends_with("hello <closed>")) return;
    std::this_thread::sleep_for(10ms);
  }
  FAIL() << "the place of a closed connection was not given back";
}

// As in a daemon that is told twice to end: the loop doesn't turn again, its frames go with the io_context.
TEST(HttpServer, MayBeDestroyedBeforeItsConnections) {
  runtime::asio::io_context io{1};
  runtime::Supervisor supervisor;
  std::optional<HttpServer> server(std::in_place, loopback(), io.get_executor(), supervisor);
  int calls = 0;
  server->get("/hello", [&calls](const HttpServer::Request&) {
    ++calls;
    return HttpServer::Response{};
  });
  ASSERT_TRUE(server->open());
  server->start();
  const std::string address = server->address();
  Client asked(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  asked.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  while (calls == 0) io.run_for(1ms);
  ASSERT_FALSE(server->idle());
  asked.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");

  server.reset();
  io.restart();
  io.poll_one();  // one task may go on, the others are still there at the end
  EXPECT_EQ(calls, 1);
}

TEST(HttpServer, SaysWhichAddressIsTaken) {
  const RunningServer running;
  runtime::asio::io_context io;
  runtime::Supervisor supervisor;
  HttpServerOptions options = loopback();
  options.listen.port = running.port();
  options.setting = "admin.listen";
  HttpServer server(options, io.get_executor(), supervisor);
  const Result<void> opened = server.open();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("127.0.0.1:" + std::to_string(running.port())));
  EXPECT_THAT(opened.error().message, HasSubstr("admin.listen"));
}

TEST(TrustedHost, IsAnAddressOrAPlainName) {
  for (const char* host : {"localhost", "localhost:8686", "127.0.0.1", "127.0.0.1:8686", "[::1]", "[::1]:8686",
                           "towline", "towline:8686", "10.1.2.3"}) {
    EXPECT_TRUE(is_trusted_host(host, {})) << host;
  }
  for (const char* host : {"", ":80", "evil.example", "evil.example:8686", "127.0.0.1.evil.example",
                           "localhost.evil.example", "[evil.example]", "[", "evil.example:8686:1"}) {
    EXPECT_FALSE(is_trusted_host(host, {})) << host;
  }
  EXPECT_TRUE(is_trusted_host("Logs.Internal:80", {"logs.internal"}));
}

}  // namespace
}  // namespace towline::net
