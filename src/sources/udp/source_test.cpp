#include "sources/udp/source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/source_test_support.hpp"

namespace towline::udp {
namespace {

using namespace std::chrono_literals;
using component::FrameFault;
using source_test::Client;
using source_test::line;
using source_test::Shard;
using telemetry::MetricId;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Running = source_test::Running<UdpSource, UdpConfig>;

UdpConfig on(const std::string& listen) {
  UdpConfig config;
  config.listen = *config::parse_endpoint(listen);
  return config;
}

class UdpSourceTest : public ::testing::Test {
 protected:
  std::uint64_t drops() { return shard_.metrics.sum(MetricId::udp_kernel_drops, {"app"}); }

  Shard shard_;
};

TEST_F(UdpSourceTest, SeveralLinesInADatagram) {
  Running source(shard_, on("127.0.0.1:0"));
  Client client = Client::udp(source.address());
  ASSERT_TRUE(client.send("one\ntwo\r\n\nthree"));
  ASSERT_TRUE(client.send("four\n"));
  ASSERT_TRUE(shard_.run_until_lines(4));
  EXPECT_THAT(shard_.intake.lines, ElementsAre(line("one"), line("two"), line("three"), line("four")));
  EXPECT_EQ(shard_.intake.bytes, 20U);
}

TEST_F(UdpSourceTest, Ipv6AndBothFamilies) {
  Running six(shard_, on("[::1]:0"));
  ASSERT_TRUE(Client::udp(six.address()).send("six"));
  ASSERT_TRUE(shard_.run_until_lines(1));
  Running both(shard_, on(":0"));
  const std::string port = both.address().substr(both.address().rfind(':'));
  ASSERT_TRUE(Client::udp("127.0.0.1" + port).send("four"));
  ASSERT_TRUE(shard_.run_until_lines(2));
  EXPECT_THAT(shard_.intake.lines, ElementsAre(line("six"), line("four")));
}

TEST_F(UdpSourceTest, AnEmptyDatagramAndTheLargestOne) {
  Running source(shard_, on("127.0.0.1:0"));
  Client client = Client::udp(source.address());
  ASSERT_TRUE(client.send(""));
  ASSERT_TRUE(client.send(std::string(65'507, 'x')));
  ASSERT_TRUE(shard_.run_until_lines(1));
  EXPECT_THAT(shard_.intake.lines, ElementsAre(line(std::string(65'507, 'x'))));
  EXPECT_EQ(shard_.metrics.sum(MetricId::udp_truncated, {"app"}), 0U);
}

TEST_F(UdpSourceTest, ATruncatedDatagramIsMarkedAndCounted) {
  UdpConfig config = on("127.0.0.1:0");
  config.max_datagram = config::ByteSize{512};
  Running source(shard_, config);
  Client client = Client::udp(source.address());
  ASSERT_TRUE(client.send("whole\n" + std::string(600, 'x')));
  ASSERT_TRUE(client.send("next"));
  ASSERT_TRUE(shard_.run_until_lines(3));
  EXPECT_THAT(
      shard_.intake.lines,
      ElementsAre(line("whole"), source_test::Line{std::string(506, 'x'), FrameFault::truncated, 94}, line("next")));
  EXPECT_EQ(shard_.metrics.sum(MetricId::udp_truncated, {"app"}), 1U);
}

TEST_F(UdpSourceTest, KernelDropsAreCountedExactly) {
  UdpConfig config = on("127.0.0.1:0");
  config.receive_buffer = config::kibibytes(8);
  Running source(shard_, config);
  Client client = Client::udp(source.address());
  constexpr std::size_t sent = 1'001;
  for (std::size_t i = 0; i < sent; ++i) ASSERT_TRUE(client.send(std::to_string(i)));  // nobody reads meanwhile
  ASSERT_TRUE(shard_.run_until([&] { return shard_.intake.lines.size() + drops() >= sent; }));
  EXPECT_EQ(shard_.intake.lines.size() + drops(), sent);
  EXPECT_GT(drops(), 0U) << "the test must overflow the buffer";

  ASSERT_TRUE(client.send("later"));
  const std::uint64_t before = drops();
  ASSERT_TRUE(shard_.run_until([&] { return shard_.intake.lines.back() == line("later"); }));
  EXPECT_EQ(drops(), before) << "no drop is counted twice";
}

TEST_F(UdpSourceTest, BackPressureStopsReadingAndTheKernelCounts) {
  UdpConfig config = on("127.0.0.1:0");
  config.receive_buffer = config::kibibytes(8);
  Running source(shard_, config);
  Client client = Client::udp(source.address());
  shard_.intake.set_room(false);
  constexpr std::size_t sent = 500;
  for (std::size_t i = 0; i < sent; ++i) ASSERT_TRUE(client.send(std::to_string(i)));
  shard_.run_for(50ms);
  EXPECT_THAT(shard_.intake.lines, IsEmpty());
  shard_.intake.set_room(true);
  ASSERT_TRUE(shard_.run_until([&] { return shard_.intake.lines.size() + drops() >= sent; }));
  EXPECT_EQ(shard_.intake.lines.size() + drops(), sent);
  EXPECT_GE(shard_.metrics.sum(MetricId::source_paused_seconds_milli, {"app"}), 40U);
}

TEST_F(UdpSourceTest, CloseReadsWhatIsQueued) {
  Running source(shard_, on("127.0.0.1:0"));
  Client client = Client::udp(source.address());
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(client.send(std::to_string(i)));
  source->close();
  ASSERT_TRUE(shard_.run_until([&] { return source->idle(); }));
  EXPECT_EQ(shard_.intake.lines.size(), 100U);
}

TEST_F(UdpSourceTest, StopAcceptingReadsOnUntilItIsQuiet) {
  Running source(shard_, on("127.0.0.1:0"));
  Client client = Client::udp(source.address());
  source->stop_accepting();
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(client.send("still here"));
    shard_.run_for(200ms);
  }
  EXPECT_FALSE(source->idle());
  EXPECT_EQ(shard_.intake.lines.size(), 4U);
  EXPECT_TRUE(shard_.run_until([&] { return source->idle(); }));
}

TEST_F(UdpSourceTest, ItCanBeClosedBeforeItIsStartedOrOpened) {
  UdpSource opened(on("127.0.0.1:0"), shard_.context());
  ASSERT_TRUE(opened.open());
  opened.close();
  EXPECT_TRUE(opened.idle());
  UdpSource fresh(on("127.0.0.1:0"), shard_.context());
  fresh.stop_accepting();
  fresh.close();
  EXPECT_TRUE(fresh.idle());
}

TEST_F(UdpSourceTest, APortInUseIsNamedAndExplained) {
  Running source(shard_, on("127.0.0.1:0"));
  UdpSource second(on(source.address()), shard_.context("other"));
  const auto opened = second.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message, "source other: can't listen on udp " + source.address() +
                                        ": address already in use (is another towline running? change "
                                        "sources.other.listen)");
}

TEST(DropCounter, CountsWhatIsNewAndSurvivesTheWrap) {
  DropCounter counter;
  EXPECT_EQ(counter.update(0), 0U);
  EXPECT_EQ(counter.update(7), 7U);
  EXPECT_EQ(counter.update(7), 0U);
  EXPECT_EQ(counter.update(5), 0U) << "an older value";
  EXPECT_EQ(counter.update(8), 1U);
  DropCounter old;
  EXPECT_EQ(old.update(0x7FFFFFFFU), 0x7FFFFFFFU);
  EXPECT_EQ(old.update(0xFFFFFFFEU), 0x7FFFFFFFU);
  EXPECT_EQ(old.update(3), 5U);
}

}  // namespace
}  // namespace towline::udp
