// What the command says without a daemon, and when it believes a difference. The balance itself: app/admin_test.cpp.
#include "app/commands/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <sstream>
#include <thread>

#include "net/http_server.hpp"
#include "telemetry/ledger.hpp"

namespace towline::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(LedgerCommand, TellsHowToReachTheDaemon) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(ledger_command({.admin = {.url = "http://127.0.0.1:1"}}, out, err), 1);
  EXPECT_EQ(out.str(), "");
  EXPECT_THAT(err.str(), StartsWith("can't reach http://127.0.0.1:1/ledger: Connection refused\n"));
  EXPECT_THAT(err.str(), HasSubstr("`towline run`"));
  EXPECT_THAT(err.str(), HasSubstr("--url"));
}

// A daemon whose ledger is one record short the first `wrong` times it is asked.
class FakeDaemon {
 public:
  explicit FakeDaemon(int wrong) : server_({.listen = {"127.0.0.1", 0}}, io_.get_executor(), supervisor_) {
    server_.get("/ledger", [this, wrong](const net::HttpServer::Request&) {
      telemetry::Ledger ledger;
      telemetry::SinkBalance balance;
      balance.sink = "out";
      balance.received = 5;
      balance.delivered = asked_++ < wrong ? 4 : 5;
      ledger.sinks.push_back(std::move(balance));
      return net::HttpServer::Response{200, "application/json", telemetry::to_json(ledger)};
    });
    EXPECT_TRUE(server_.open());
    server_.start();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~FakeDaemon() {
    io_.stop();
    thread_.join();
  }
  FakeDaemon(const FakeDaemon&) = delete;
  FakeDaemon& operator=(const FakeDaemon&) = delete;

  int ledger_command() {
    std::ostringstream err;
    out_.str("");
    return app::ledger_command({.admin = {.url = "http://" + server_.address()}}, out_, err);
  }
  std::string out() const { return out_.str(); }
  int asked() const { return asked_; }

 private:
  runtime::asio::io_context io_{1};
  runtime::Supervisor supervisor_;
  net::HttpServer server_;
  std::ostringstream out_;
  std::atomic<int> asked_{0};
  std::thread thread_;
};

TEST(LedgerCommand, ADifferenceMustLastToBeBelieved) {
  FakeDaemon moving(3);
  EXPECT_EQ(moving.ledger_command(), 0);
  EXPECT_EQ(moving.asked(), 4);

  FakeDaemon wrong(1000);
  EXPECT_EQ(wrong.ledger_command(), 1);
  EXPECT_EQ(wrong.asked(), 5);
  EXPECT_THAT(wrong.out(), HasSubstr("out"));
}

}  // namespace
}  // namespace towline::app
