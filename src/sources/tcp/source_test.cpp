#include "sources/tcp/source.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>

#include <thread>

#include "sources/source_test_support.hpp"

namespace towline::tcp {
namespace {

using namespace std::chrono_literals;
using component::FrameFault;
using source_test::Client;
using source_test::line;
using source_test::Shard;
using telemetry::MetricId;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Running = source_test::Running<TcpSource, TcpConfig>;

TcpConfig on(const std::string& listen) {
  TcpConfig config;
  config.listen = *config::parse_endpoint(listen);
  return config;
}

std::string port_of(const std::string& address) {
  return address.substr(address.rfind(':'));
}

class TcpSourceTest : public ::testing::Test {
 protected:
  std::uint64_t metric(MetricId id, std::initializer_list<std::string_view> labels) {
    return shard_.metrics.sum(id, labels);
  }
  std::uint64_t open_connections() { return metric(MetricId::source_connections, {"app"}); }

  Shard shard_;
};

TEST_F(TcpSourceTest, LinesOfAnIpv4ClientArriveInOrder) {
  Running source(shard_, on("127.0.0.1:0"));
  Client client = Client::tcp(source.address());
  ASSERT_TRUE(client.send("{\"a\":1}\n{\"a\":2}\r\n\n{\"a\":3}\n"));
  ASSERT_TRUE(shard_.run_until_lines(3));
  EXPECT_THAT(shard_.intake.lines, ElementsAre(line("{\"a\":1}"), line("{\"a\":2}"), line("{\"a\":3}")));
  EXPECT_EQ(shard_.intake.bytes, 26U);
  EXPECT_EQ(open_connections(), 1U);
  EXPECT_EQ(metric(MetricId::source_connections_accepted, {"app"}), 1U);
}

TEST_F(TcpSourceTest, Ipv6) {
  Running source(shard_, on("[::1]:0"));
  EXPECT_THAT(source.address(), ::testing::StartsWith("[::1]:"));
  Client client = Client::tcp(source.address());
  ASSERT_TRUE(client.send("six\n"));
  ASSERT_TRUE(shard_.run_until_lines(1));
  EXPECT_EQ(shard_.intake.lines[0], line("six"));
}

TEST_F(TcpSourceTest, WithoutAHostItListensOnBothFamilies) {
  Running source(shard_, on(":0"));
  Client four = Client::tcp("127.0.0.1" + port_of(source.address()));
  Client six = Client::tcp("[::1]" + port_of(source.address()));
  ASSERT_TRUE(four.send("four\n"));
  ASSERT_TRUE(shard_.run_until_lines(1));
  ASSERT_TRUE(six.send("six\n"));
  ASSERT_TRUE(shard_.run_until_lines(2));
  EXPECT_THAT(shard_.intake.lines, ElementsAre(line("four"), line("six")));
}

TEST_F(TcpSourceTest, ALineInManyReads) {
  Running source(shard_, on("127.0.0.1:0"));
  Client client = Client::tcp(source.address());
  for (const char c : std::string("one line\nnext\n")) {
    ASSERT_TRUE(client.send({&c, 1}));
    shard_.run_for(1ms);
  }
  ASSERT_TRUE(shard_.run_until_lines(2));
  EXPECT_THAT(shard_.intake.lines, ElementsAre(line("one line"), line("next")));
}

TEST_F(TcpSourceTest, HalfALineAtCloseIsAFrame) {
  Running source(shard_, on("127.0.0.1:0"));
  Client client = Client::tcp(source.address());
  ASSERT_TRUE(client.send("whole\nhalf"));
  client.close();
  ASSERT_TRUE(shard_.run_until_lines(2));
  EXPECT_THAT(shard_.intake.lines, ElementsAre(line("whole"), line("half")));
  EXPECT_TRUE(shard_.run_until([&] { return open_connections() == 0; }));
}

TEST_F(TcpSourceTest, TooLongALineCostsOnlyItself) {
  TcpConfig config = on("127.0.0.1:0");
  config.common.max_record = config::kibibytes(1);
  config.common.invalid = component::InvalidPolicy::dead_letter;
  Running source(shard_, config);
  EXPECT_EQ(shard_.intake.invalid_policy, component::InvalidPolicy::dead_letter);
  Client client = Client::tcp(source.address());
  ASSERT_TRUE(client.send(std::string(5'000, 'x') + "\nnext\n"));
  ASSERT_TRUE(shard_.run_until_lines(2));
  EXPECT_THAT(shard_.intake.lines,
              ElementsAre(source_test::Line{std::string(1'024, 'x'), FrameFault::too_long, 3'976}, line("next")));
}

TEST_F(TcpSourceTest, ManyClientsAtOnce) {
  Running source(shard_, on("127.0.0.1:0"));
  std::vector<Client> clients;
  for (int i = 0; i < 100; ++i) clients.push_back(Client::tcp(source.address()));
  for (int record = 0; record < 20; ++record) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      ASSERT_TRUE(clients[i].send(std::to_string(i) + " " + std::to_string(record) + "\n"));
    }
  }
  clients.clear();
  ASSERT_TRUE(shard_.run_until(
      [&] { return metric(MetricId::source_connections_accepted, {"app"}) == 100 && open_connections() == 0; }));
  std::vector<int> next(100, 0);
  for (const auto& got : shard_.intake.lines) {
    const std::size_t client = std::stoul(got.bytes);
    EXPECT_EQ(got.bytes, std::to_string(client) + " " + std::to_string(next.at(client)++));
  }
  EXPECT_THAT(next, ::testing::Each(20));
}

TEST_F(TcpSourceTest, ConnectionsBeyondTheLimitAreClosedAndCounted) {
  TcpConfig config = on("127.0.0.1:0");
  config.max_connections = 2;
  Running source(shard_, config);
  Client first = Client::tcp(source.address());
  Client second = Client::tcp(source.address());
  ASSERT_TRUE(shard_.run_until([&] { return open_connections() == 2; }));
  Client third = Client::tcp(source.address());
  ASSERT_TRUE(shard_.run_until([&] { return third.is_closed(); }));
  EXPECT_EQ(metric(MetricId::source_connections_refused, {"app", "limit"}), 1U);

  first.close();
  ASSERT_TRUE(shard_.run_until([&] { return open_connections() == 1; }));
  Client fourth = Client::tcp(source.address());
  ASSERT_TRUE(fourth.send("welcome\n"));
  ASSERT_TRUE(shard_.run_until_lines(1));
  EXPECT_FALSE(second.is_closed());
}

TEST_F(TcpSourceTest, ASilentConnectionIsClosedAfterTheIdleTimeout) {
  TcpConfig config = on("127.0.0.1:0");
  config.idle_timeout = Duration(300ms);
  Running source(shard_, config);
  Client silent = Client::tcp(source.address());
  ASSERT_TRUE(silent.send("half"));
  Client busy = Client::tcp(source.address());
  ASSERT_TRUE(shard_.run_until([&] { return busy.send("tick\n") && silent.is_closed(); }));
  EXPECT_FALSE(busy.is_closed());
  EXPECT_THAT(shard_.intake.lines, ::testing::Contains((source_test::Line{"half", component::FrameFault::cut, 1})));
}

TEST_F(TcpSourceTest, WithoutAnIdleTimeoutNothingIsClosed) {
  Running source(shard_, on("127.0.0.1:0"));
  Client silent = Client::tcp(source.address());
  shard_.run_for(150ms);
  EXPECT_FALSE(silent.is_closed());
}

TEST_F(TcpSourceTest, BackPressurePausesReadingAndNeverClosesAClient) {
  TcpConfig config = on("127.0.0.1:0");
  config.idle_timeout = Duration(600ms);  // shorter than the pause
  config.receive_buffer = config::kibibytes(64);
  Running source(shard_, config);
  shard_.intake.set_room(false);
  constexpr std::size_t count = 40'000;
  bool all_sent = false;
  std::thread sender([&] {
    Client client = Client::tcp(source.address());
    all_sent = true;
    for (std::size_t i = 0; i < count; ++i) {
      all_sent = client.send(std::to_string(i) + std::string(200, '.') + "\n") && all_sent;
    }
  });
  shard_.run_for(1'200ms);
  EXPECT_THAT(shard_.intake.lines, IsEmpty());
  EXPECT_EQ(open_connections(), 1U);
  EXPECT_GT(metric(MetricId::source_paused_seconds_milli, {"app"}), 900U) << "counted while it passes";
  shard_.intake.set_room(true);
  ASSERT_TRUE(shard_.run_until_lines(count));
  sender.join();
  EXPECT_TRUE(all_sent);
  EXPECT_EQ(shard_.intake.waits, 1);
  for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(std::stoul(shard_.intake.lines[i].bytes), i);
}

TEST_F(TcpSourceTest, StopAcceptingTakesInWhoIsConnectedAlready) {
  Running source(shard_, on("127.0.0.1:0"));
  Client early = Client::tcp(source.address());
  ASSERT_TRUE(early.send("sent before\n"));
  source->stop_accepting();  // the loop has not seen the client yet
  ASSERT_TRUE(shard_.run_until_lines(1));
  ASSERT_TRUE(early.send("sent after\n"));
  ASSERT_TRUE(shard_.run_until_lines(2));
  EXPECT_FALSE(source->idle());
  early.close();
  EXPECT_TRUE(shard_.run_until([&] { return source->idle(); }));
  EXPECT_THAT(shard_.intake.lines, ElementsAre(line("sent before"), line("sent after")));
}

TEST_F(TcpSourceTest, CloseReadsWhatTheKernelHolds) {
  Running source(shard_, on("127.0.0.1:0"));
  Client client = Client::tcp(source.address());
  ASSERT_TRUE(shard_.run_until([&] { return open_connections() == 1; }));
  std::string bytes;
  for (int i = 0; i < 1'000; ++i) bytes += std::to_string(i) + std::string(100, '.') + "\n";
  ASSERT_TRUE(client.send(bytes + "half"));
  source->close();
  ASSERT_TRUE(shard_.run_until([&] { return source->idle(); }));
  ASSERT_EQ(shard_.intake.lines.size(), 1'001U);
  EXPECT_EQ(shard_.intake.lines.back(), (source_test::Line{"half", component::FrameFault::cut, 1}));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(TcpSourceTest, CloseEndsAClientThatGoesOnSending) {
  Running source(shard_, on("127.0.0.1:0"));
  std::thread sender([&] {
    Client client = Client::tcp(source.address());
    const std::string block(65'536, 'x');
    while (client.send(block)) continue;
  });
  ASSERT_TRUE(shard_.run_until([&] { return shard_.intake.bytes > 0; }));
  source->close();
  EXPECT_TRUE(shard_.run_until([&] { return source->idle(); }));
  sender.join();
}

TEST_F(TcpSourceTest, ALineThatWeCutIsMarkedAndOneThatTheClientEndsIsNot) {
  Running source(shard_, on("127.0.0.1:0"));
  {
    Client closes = Client::tcp(source.address());
    ASSERT_TRUE(closes.send("card 4111 1111 1111 11"));
  }
  ASSERT_TRUE(shard_.run_until_lines(1));
  EXPECT_EQ(shard_.intake.lines[0], line("card 4111 1111 1111 11"));
  Client stays = Client::tcp(source.address());
  ASSERT_TRUE(stays.send("card 5555 5555 5555 44"));
  ASSERT_TRUE(shard_.run_until([&] { return shard_.intake.bytes > 40; }));
  source->close();
  ASSERT_TRUE(shard_.run_until([&] { return source->idle(); }));
  ASSERT_EQ(shard_.intake.lines.size(), 2U);
  EXPECT_EQ(shard_.intake.lines[1], (source_test::Line{"card 5555 5555 5555 44", component::FrameFault::cut, 1}));
}

TEST_F(TcpSourceTest, CloseEndsAPausedSession) {
  Running source(shard_, on("127.0.0.1:0"));
  shard_.intake.set_room(false);
  Client client = Client::tcp(source.address());
  ASSERT_TRUE(client.send("line\n"));
  ASSERT_TRUE(shard_.run_until([&] { return shard_.intake.waits == 1; }));
  source->close();
  shard_.intake.stop_waiting();
  ASSERT_TRUE(shard_.run_until([&] { return source->idle(); }));
  EXPECT_TRUE(shard_.intake.lines.empty()) << "without room nothing is read, at the end neither";
}

TEST_F(TcpSourceTest, ItCanBeClosedBeforeItIsStartedOrOpened) {
  TcpSource opened(on("127.0.0.1:0"), shard_.context());
  ASSERT_TRUE(opened.open());
  opened.close();
  EXPECT_TRUE(opened.idle());
  TcpSource fresh(on("127.0.0.1:0"), shard_.context());
  fresh.close();
  EXPECT_TRUE(fresh.idle());
}

TEST_F(TcpSourceTest, APortInUseIsNamedAndExplained) {
  Running source(shard_, on("127.0.0.1:0"));
  TcpSource second(on(source.address()), shard_.context("other"));
  const auto opened = second.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message, "source other: can't listen on tcp " + source.address() +
                                        ": address already in use (is another towline running? change "
                                        "sources.other.listen)");
}

// Lowers the limit of descriptors to what is open now; raises it again at the end.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest_free = ::fcntl(0, F_DUPFD, 0);
    ::close(lowest_free);
    const rlimit none{static_cast<rlim_t>(lowest_free), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

TEST_F(TcpSourceTest, WithoutDescriptorsItWaitsAndThenTakesTheClientsIn) {
  Running source(shard_, on("127.0.0.1:0"));
  Client first = Client::tcp(source.address());
  Client second = Client::tcp(source.address());
  ASSERT_TRUE(first.send("first\n"));
  ASSERT_TRUE(second.send("second\n"));
  {
    const NoDescriptors none;
    shard_.run_for(700ms);
  }
  const std::uint64_t errors = metric(MetricId::source_accept_errors, {"app"});
  EXPECT_GE(errors, 2U) << "it must try again";
  EXPECT_LE(errors, 5U) << "it must not spin";
  EXPECT_THAT(shard_.intake.lines, IsEmpty());
  ASSERT_TRUE(shard_.run_until_lines(2));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_F(TcpSourceTest, AnIdleConnectionCostsLittleMemory) {
  Running source(shard_, on("127.0.0.1:0"));
  std::vector<Client> clients;
  clients.reserve(400);
  const auto connect = [&](std::size_t count) {
    while (clients.size() < count) {
      clients.push_back(Client::tcp(source.address()));
      ASSERT_TRUE(clients.back().send("a line\nhalf a line"));
    }
    ASSERT_TRUE(shard_.run_until_lines(count));
  };
  connect(100);  // what is allocated once is there now
  const std::size_t before = ::mallinfo2().uordblks;
  connect(400);
  const std::size_t each = (::mallinfo2().uordblks - before) / 300;
  EXPECT_LE(each, 4'096U);
  RecordProperty("bytes", static_cast<int>(each));
}
#endif

}  // namespace
}  // namespace towline::tcp
