#include "net/fetch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/scripted_server_test_support.hpp"
#include "net/tls_test_support.hpp"

namespace towline::net {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

HttpRequest request_to(const std::string& url, std::string method = "GET") {
  HttpRequest request;
  request.method = std::move(method);
  request.url = url;
  return request;
}

std::string answer(const std::string& headers, const std::string& body) {
  return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

// Takes connections and says nothing.
class Silent {
 public:
  Silent() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    socklen_t size = sizeof(address);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  }
  ~Silent() { close(listener_); }
  const std::string& url() const { return url_; }
  int socket() const { return listener_; }

 private:
  int listener_;
  std::string url_;
};

// Answers one request, with the server's certificate of these files.
class OneTlsAnswer {
 public:
  OneTlsAnswer(const tls_test::Files& files, std::string text)
      : context_(SSL_CTX_new(TLS_server_method())), text_(std::move(text)) {
    EXPECT_EQ(SSL_CTX_use_certificate_file(context_.get(), files.path("server.crt").c_str(), SSL_FILETYPE_PEM), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context_.get(), files.path("server.key").c_str(), SSL_FILETYPE_PEM), 1);
    thread_ = std::thread([this] { serve(); });
  }
  ~OneTlsAnswer() { thread_.join(); }

  std::string url() const { return "https://localhost" + listener_.url().substr(listener_.url().rfind(':')); }

 private:
  void serve() {
    const int client = accept(listener_.socket(), nullptr, nullptr);
    const std::unique_ptr<SSL, tls_test::Free> ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), client);
    std::array<char, 4096> request;
    if (SSL_accept(ssl.get()) == 1 && SSL_read(ssl.get(), request.data(), static_cast<int>(request.size())) > 0)
      SSL_write(ssl.get(), text_.data(), static_cast<int>(text_.size()));
    SSL_shutdown(ssl.get());
    close(client);
  }

  Silent listener_;
  std::unique_ptr<SSL_CTX, tls_test::Free> context_;
  std::string text_;
  std::thread thread_;
};

TEST(Fetch, ByHttpsTheServerMustProveWhoItIs) {
  const tls_test::Files files;
  Fetcher fetcher;
  HttpOptions options;
  {
    const OneTlsAnswer server(files, answer("", "private"));
    EXPECT_EQ(fetcher.fetch(request_to(server.url()), options, 10s).error, TransportError::tls);
  }
  options.ca_file = files.path("server.crt");
  const OneTlsAnswer server(files, answer("", "private"));
  const HttpReply reply = fetcher.fetch(request_to(server.url()), options, 10s);
  EXPECT_EQ(reply.body, "private") << reply.error_text;
}

TEST(Fetch, GetsWhatIsThere) {
  ScriptedServer server(answer("Date: Sat, 21 Nov 2026 12:00:00 GMT\r\nX-Amzn-RequestId:  abc \r\n", "hello"));
  Fetcher fetcher;
  HttpRequest request = request_to(server.url());
  request.headers.emplace_back("X-Own: 1");
  const HttpReply reply = fetcher.fetch(std::move(request), {}, 10s);
  EXPECT_EQ(reply.status, 200) << reply.error_text;
  EXPECT_EQ(reply.body, "hello");
  EXPECT_FALSE(reply.body_cut);
  EXPECT_THAT(reply.headers, ElementsAre(Pair("date", "Sat, 21 Nov 2026 12:00:00 GMT"), Pair("x-amzn-requestid", "abc"),
                                         Pair("content-length", "5"), Pair("connection", "close")));
  ASSERT_NE(reply.header("x-amzn-requestid"), nullptr);
  EXPECT_EQ(*reply.header("x-amzn-requestid"), "abc");
  EXPECT_EQ(reply.header("x-amzn-errortype"), nullptr);
  EXPECT_THAT(server.request(), testing::StartsWith("GET /in HTTP/1.1\r\n"));
  EXPECT_THAT(server.request(), HasSubstr("\r\nX-Own: 1\r\n"));
  EXPECT_THAT(server.request(), Not(HasSubstr("Content-")));
}

TEST(Fetch, APutWithoutABodyHasNoType) {
  ScriptedServer server(answer("", ""));
  Fetcher fetcher;
  EXPECT_EQ(fetcher.fetch(request_to(server.url(), "PUT"), {}, 10s).status, 200);
  EXPECT_THAT(server.request(), testing::StartsWith("PUT /in HTTP/1.1\r\n"));
  EXPECT_THAT(server.request(), HasSubstr("\r\nContent-Length: 0\r\n"));
  EXPECT_THAT(server.request(), Not(HasSubstr("Content-Type")));
}

TEST(Fetch, HeadersAreBounded) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "H" + std::to_string(i) + ": v\r\n";
  ScriptedServer server(answer(many, ""));
  Fetcher fetcher;
  const HttpReply reply = fetcher.fetch(request_to(server.url()), {}, 10s);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.size(), HttpReply::headers_max);
  EXPECT_EQ(reply.headers.back().first, "h63");

  ScriptedServer large(answer("A: 1\r\nB: " + std::string(20'000, 'x') + "\r\nC: 2\r\n", ""));
  EXPECT_THAT(fetcher.fetch(request_to(large.url()), {}, 10s).headers, ElementsAre(Pair("a", "1")));
}

TEST(Fetch, HeadersAreThoseOfTheLastHead) {
  ScriptedServer server("HTTP/1.1 100 Continue\r\nX-First: 1\r\n\r\n" + answer("X-Last: 2\r\n", ""));
  Fetcher fetcher;
  const HttpReply reply = fetcher.fetch(request_to(server.url()), {}, 10s);
  EXPECT_EQ(reply.header("x-first"), nullptr);
  EXPECT_NE(reply.header("x-last"), nullptr);
}

TEST(Fetch, HowMuchOfABodyIsKeptCanBeChosen) {
  ScriptedServer server(answer("", std::string(3 << 20, 'x')));
  Fetcher fetcher;
  for (const std::size_t max : {std::size_t{10}, reply_body_default, std::size_t{2} << 20U, reply_body_limit}) {
    HttpOptions options;
    options.reply_body_max = max;
    const HttpReply reply = fetcher.fetch(request_to(server.url()), options, 10s);
    EXPECT_EQ(reply.status, 200) << reply.error_text;
    EXPECT_EQ(reply.body.size(), std::min(max, std::size_t{3} << 20U));
    EXPECT_EQ(reply.body_cut, max != reply_body_limit);
  }
}

TEST(Fetch, RedirectsAreNotFollowed) {
  ScriptedServer elsewhere(answer("", ""));
  ScriptedServer server("HTTP/1.1 302 Found\r\nLocation: " + elsewhere.url() +
                        "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  Fetcher fetcher;
  EXPECT_EQ(fetcher.fetch(request_to(server.url()), {}, 10s).status, 302);
  EXPECT_EQ(elsewhere.request(), "");
}

TEST(Fetch, EndsInTime) {
  const Silent silent;
  Fetcher fetcher;
  const MonoTime begin = MonoClock::now();
  EXPECT_EQ(fetcher.fetch(request_to(silent.url()), {}, 300ms).error, TransportError::timeout);
  EXPECT_LT(MonoClock::now() - begin, 5s);
}

TEST(Fetch, EndsWhenItIsStopped) {
  const Silent silent;
  Fetcher fetcher;
  std::stop_source stop;
  std::thread stops([&] {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  });
  const MonoTime begin = MonoClock::now();
  const HttpReply reply = fetcher.fetch(request_to(silent.url()), {}, 60s, stop.get_token());
  stops.join();
  EXPECT_EQ(reply.error, TransportError::timeout);
  EXPECT_EQ(reply.error_text, "stopped");
  EXPECT_LT(MonoClock::now() - begin, 30s);

  ScriptedServer server(answer("", "again"));  // it can be used on
  EXPECT_EQ(fetcher.fetch(request_to(server.url()), {}, 10s).body, "again");
}

TEST(Fetch, SaysWhyNobodyAnswered) {
  Fetcher fetcher;
  EXPECT_EQ(fetcher.fetch(request_to("http://127.0.0.1:1/"), {}, 10s).error, TransportError::connect);
  ScriptedServer plain("this is not TLS");
  EXPECT_EQ(fetcher.fetch(request_to("https" + plain.url().substr(4)), {}, 10s).error, TransportError::tls);
  EXPECT_EQ(fetcher.fetch(request_to("ftp://127.0.0.1/"), {}, 10s).error, TransportError::bad_reply);
}

TEST(Fetch, ThisMachineIsNotAskedThroughAProxy) {
  ScriptedServer proxy(answer("", "proxy"));
  ScriptedServer server(answer("", "server"));
  const std::string address = proxy.url().substr(0, proxy.url().rfind('/'));
  ASSERT_EQ(setenv("http_proxy", address.c_str(), 1), 0);
  Fetcher fetcher;
  EXPECT_EQ(fetcher.fetch(request_to(server.url()), {}, 10s).body, "server");
  HttpOptions direct;
  direct.proxies = false;
  EXPECT_EQ(fetcher.fetch(request_to("http://name.invalid/"), {}, 10s).body, "proxy");
  EXPECT_EQ(fetcher.fetch(request_to("http://name.invalid/"), direct, 10s).error, TransportError::dns);
  unsetenv("http_proxy");
}

TEST(Fetch, KnowsWhatIsNear) {
  for (const char* host : {"localhost", "127.0.0.1", "127.9.9.9", "::1", "169.254.169.254", "fe80::1", "fd00:ec2::254"})
    EXPECT_TRUE(is_near(host)) << host;
  for (const char* host : {"", "128.0.0.1", "10.0.0.1", "169.253.1.1", "fd00:ec3::1", "::2", "localhost.example", "a"})
    EXPECT_FALSE(is_near(host)) << host;
}

}  // namespace
}  // namespace towline::net
