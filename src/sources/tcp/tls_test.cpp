// The TCP source with TLS clients.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "net/tls_test_support.hpp"
#include "sources/source_test_support.hpp"
#include "sources/tcp/source.hpp"

namespace towline::tcp {
namespace {

using namespace std::chrono_literals;
using source_test::Client;
using source_test::line;
using source_test::Shard;
using telemetry::MetricId;

using Running = source_test::Running<TcpSource, TcpConfig>;

class TcpTlsTest : public ::testing::Test {
 protected:
  TcpTlsTest() { std::signal(SIGPIPE, SIG_IGN); }  // as in the daemon

  TcpConfig config() {
    TcpConfig config;
    config.listen = *config::parse_endpoint("127.0.0.1:0");
    config.tls = files_.config();
    return config;
  }
  std::uint64_t refused() { return shard_.metrics.sum(MetricId::source_connections_refused, {"app", "tls_handshake"}); }

  tls_test::Files files_;
  Shard shard_;
};

// Connects, writes, and closes as a log handler does: it reads nothing, not even what the server may have sent.
void write_and_close(const tls_test::Files& files, const std::string& address, std::string_view text) {
  Client client = Client::tcp(address);
  const auto context = files.client_context();
  const std::unique_ptr<SSL, tls_test::Free> ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), client.socket());
  ASSERT_EQ(SSL_connect(ssl.get()), 1);
  for (std::size_t done = 0; done < text.size();) {
    std::size_t size = 0;
    ASSERT_EQ(SSL_write_ex(ssl.get(), text.data() + done, text.size() - done, &size), 1);
    done += size;
  }
}

TEST_F(TcpTlsTest, EverythingArrivesFromAClientThatOnlyWrites) {
  Running source(shard_, config());
  constexpr std::size_t count = 20'000;
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += std::to_string(i) + std::string(100, '.') + "\n";
  std::thread client([&] { write_and_close(files_, source.address(), text + "half"); });
  const bool all = shard_.run_until_lines(count + 1);
  client.join();
  ASSERT_TRUE(all) << shard_.intake.lines.size();
  for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(std::stoul(shard_.intake.lines[i].bytes), i);
  EXPECT_EQ(shard_.intake.lines.back(), line("half"));
  EXPECT_EQ(shard_.intake.bytes, text.size() + 4);
}

TEST_F(TcpTlsTest, APlainClientIsRefusedAndOthersGoOn) {
  Running source(shard_, config());
  Client plain = Client::tcp(source.address());
  ASSERT_TRUE(plain.send("{\"a\":1}\n"));
  ASSERT_TRUE(shard_.run_until([&] { return refused() == 1; }));
  ASSERT_TRUE(shard_.run_until([&] { return shard_.metrics.sum(MetricId::source_connections, {"app"}) == 0; }));
  EXPECT_TRUE(shard_.intake.lines.empty());

  std::thread client([&] { write_and_close(files_, source.address(), "fine\n"); });
  const bool arrived = shard_.run_until_lines(1);
  client.join();
  EXPECT_TRUE(arrived);
}

TEST_F(TcpTlsTest, ASlowHandshakeIsEnded) {
  TcpConfig slow = config();
  slow.tls->handshake_timeout = 60ms;
  Running source(shard_, slow);
  Client silent = Client::tcp(source.address());
  ASSERT_TRUE(shard_.run_until([&] { return silent.is_closed(); }));
  EXPECT_EQ(refused(), 1U);
}

TEST_F(TcpTlsTest, TheHandshakeTimeoutDoesNotEndAConnection) {
  TcpConfig slow = config();
  slow.tls->handshake_timeout = 60ms;
  Running source(shard_, slow);
  std::thread client([&] {
    Client socket = Client::tcp(source.address());
    const auto context = files_.client_context();
    const std::unique_ptr<SSL, tls_test::Free> ssl(SSL_new(context.get()));
    SSL_set_fd(ssl.get(), socket.socket());
    EXPECT_EQ(SSL_connect(ssl.get()), 1);
    std::this_thread::sleep_for(200ms);
    EXPECT_EQ(SSL_write(ssl.get(), "late\n", 5), 5);
  });
  const bool arrived = shard_.run_until_lines(1);
  client.join();
  EXPECT_TRUE(arrived);
}

TEST_F(TcpTlsTest, CloseEndsAHandshake) {
  Running source(shard_, config());
  Client silent = Client::tcp(source.address());
  ASSERT_TRUE(shard_.run_until([&] { return shard_.metrics.sum(MetricId::source_connections, {"app"}) == 1; }));
  source->close();
  EXPECT_TRUE(shard_.run_until([&] { return source->idle(); }));
}

TEST_F(TcpTlsTest, ABadFileIsAnErrorAtTheStart) {
  TcpConfig bad = config();
  bad.tls->key_file = "/nowhere/server.key";
  TcpSource source(bad, shard_.context());
  const auto opened = source.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message,
            "source app: can't use tls.key_file /nowhere/server.key: No such file or directory");
}

}  // namespace
}  // namespace towline::tcp
