#include "net/http_reading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <thread>
#include <vector>

#include "runtime/asio.hpp"

namespace towline::net {
namespace {

using namespace std::chrono_literals;
using runtime::asio::ip::tcp;
using testing::HasSubstr;

// Accepts one connection, reads the request, sends the pieces with a pause before each, and closes.
class Pieces {
 public:
  explicit Pieces(std::vector<std::string> pieces)
      : acceptor_(io_, {runtime::asio::ip::make_address("127.0.0.1"), 0}), thread_([this, pieces] {
          tcp::socket peer = acceptor_.accept();
          runtime::asio::read_until(peer, runtime::asio::dynamic_buffer(request_), "\r\n\r\n");
          for (const std::string& piece : pieces) {
            std::this_thread::sleep_for(20ms);
            boost::system::error_code ignored;
            runtime::asio::write(peer, runtime::asio::buffer(piece), ignored);
          }
        }) {}
  ~Pieces() { join(); }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;

  Result<HttpReading> open(HttpQuestion question = {.timeout = 5s}) {
    return HttpReading::open("http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/tap?x",
                             question);
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

std::string read_all(HttpReading& reading) {
  std::string text;
  while (const std::optional<std::string> piece = reading.read(5s)) text += *piece;
  return text;
}

TEST(HttpReading, GivesTheBodyAsItComes) {
  Pieces server({"HTTP/1.1 200 OK\r\nX: ", "y\r\n\r\none ", "two ", "three"});
  Result<HttpReading> reading = server.open({.headers = {{"Authorization", "Bearer t"}}, .timeout = 5s});
  ASSERT_TRUE(reading) << reading.error().message;
  EXPECT_EQ(reading->status(), 200);
  EXPECT_EQ(reading->read(0s), "one ");
  EXPECT_EQ(reading->read(0s), "");
  EXPECT_EQ(read_all(*reading), "two three");
  EXPECT_EQ(reading->read(0s), std::nullopt);
  EXPECT_THAT(server.request(), HasSubstr("GET /tap?x HTTP/1.0\r\n"));
  EXPECT_THAT(server.request(), HasSubstr("Authorization: Bearer t\r\n"));
}

TEST(HttpReading, ReadsARefusalWhole) {
  Pieces server({"HTTP/1.1 403 Forbidden\r\n\r\nnot ", "here"});
  const Result<HttpReading> reading = server.open();
  ASSERT_TRUE(reading) << reading.error().message;
  EXPECT_EQ(reading->status(), 403);
  EXPECT_EQ(reading->error_body(), "not here");
}

TEST(HttpReading, SaysWhatIsWrongWithTheAnswer) {
  EXPECT_THAT(Pieces({"what?\r\n\r\n"}).open().error().message, HasSubstr("is not HTTP"));
  EXPECT_THAT(Pieces({"HTTP/1.1 200 OK\r\n"}).open().error().message, HasSubstr("is not HTTP"));
  EXPECT_THAT(Pieces({"HTTP/1.1 403 Forbidden\r\n\r\n", std::string(2000, 'x')})
                  .open({.timeout = 5s, .reply_max = 1000})
                  .error()
                  .message,
              HasSubstr("is too long"));
  EXPECT_THAT(Pieces({"", "", "", "", "", "", "", "", "", ""}).open({.timeout = 50ms}).error().message,
              HasSubstr("in time"));
  EXPECT_THAT(HttpReading::open("http://127.0.0.1:1/", {.timeout = 5s}).error().message,
              HasSubstr("can't reach http://127.0.0.1:1/: Connection refused"));
  EXPECT_THAT(HttpReading::open("https://127.0.0.1:1/", {.timeout = 5s}).error().message, HasSubstr("only http://"));
  EXPECT_FALSE(HttpReading::open("nonsense", {.timeout = 5s}));
}

}  // namespace
}  // namespace towline::net
