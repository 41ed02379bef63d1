// Delivery over a stream that has a disk: what a restart keeps, and a backlog that is larger than the memory.
#include <gtest/gtest.h>

#include <cerrno>

#include "delivery/deliverer_test_support.hpp"
#include "stream/disk/memory_files_test_support.hpp"

namespace towline::delivery {
namespace {

using std::chrono::seconds;
using Lines = std::vector<std::string>;

class RestartTest : public testing::Test {
 protected:
  RestartTest() {
    config_.batch.age = Duration(0);
    config_.in_flight = 2;
    start();
  }

  void start() {
    auto store = stream::Store::open({"s", 64 << 20, 4 << 20, stream::Durability::process}, files_, random_, clock_);
    ASSERT_TRUE(store) << store.error().message;
    metrics_ = std::make_unique<telemetry::Metrics>();
    stream_ = std::make_unique<stream::Stream>(stream::Stream::Options{}, budget_, compressor_, bytes_,
                                               std::make_unique<stream::Storage>("s", std::move(*store)));
    deliverer_ = std::make_unique<Deliverer>(
        Deliverer::Parts{"sink", config_, *stream_, sink_, shelf_, budget_, random_, clock_, Tally(*metrics_, "sink")});
  }
  void restart() {
    turn();
    EXPECT_TRUE(stream_->storage()->finish());
    deliverer_.reset();
    stream_.reset();
    files_.forget_lock();
    start();
  }
  void turn() {
    while (stream_->take_in()) continue;
    deliverer_->turn(clock_.time);
    stream_->let_go();
    most_used_ = std::max(most_used_, budget_.used());
  }
  void run(int turns = 100) {
    for (int i = 0; i < turns; ++i) {
      clock_.time += seconds(1);
      turn();
    }
  }
  std::uint64_t delivered() const { return metrics_->sum(telemetry::MetricId::sink_delivered_records, {"sink"}); }
  std::uint64_t dropped() const { return metrics_->sum(telemetry::MetricId::sink_dropped_records, {"sink", ""}); }

  stream::disk::MemoryFiles files_;
  StoppedClock clock_;
  SeededRandom random_{5};
  std::unique_ptr<telemetry::Metrics> metrics_;
  telemetry::Instrument bytes_;
  MemoryBudget budget_{1 << 20};
  codec::Compressor compressor_;
  component::DeliveryConfig config_;
  PlayedSink sink_;
  Shelf shelf_;
  std::unique_ptr<stream::Stream> stream_;
  std::unique_ptr<Deliverer> deliverer_;
  std::uint64_t most_used_ = 0;
};

TEST_F(RestartTest, TheSameBatchHasTheSameKey) {
  config_.batch.records = config::Limit(3);
  sink_.rule = [](const auto&) { return reply(Status::unreachable); };
  stream_->append(chunk_of(0, 3));
  run();
  const std::string key = sink_.keys.back();
  restart();
  sink_.rule = [](const auto&) { return Outcome{}; };
  run();
  EXPECT_EQ(sink_.keys.back(), key);
  EXPECT_EQ(sink_.taken.size(), 3U);
}

TEST_F(RestartTest, ABatchHoldsRecordsOfOneRunOnly) {
  sink_.rule = [](const auto&) { return reply(Status::unreachable); };
  stream_->append(chunk_of(0, 2));
  restart();
  sink_.keys.clear();
  sink_.sizes.clear();
  stream_->append(chunk_of(2, 3));
  sink_.rule = [](const auto&) { return Outcome{}; };
  run();
  EXPECT_EQ(sink_.taken, (Lines{"r0", "r1", "r2", "r3", "r4"}));
  ASSERT_EQ(sink_.sizes, (std::vector<std::uint32_t>{2, 3}));
  EXPECT_NE(sink_.keys[0].substr(0, 49), sink_.keys[1].substr(0, 49)) << "another epoch";
  EXPECT_EQ(sink_.keys[0].substr(0, 33), sink_.keys[1].substr(0, 33)) << "of the same stream";
}

TEST_F(RestartTest, NothingIsDeliveredTwiceThatWasSettledOutOfOrder) {
  config_.batch.records = config::Limit(1);
  sink_.rule = [](const auto&) { return std::nullopt; };
  for (int i = 0; i < 2; ++i) stream_->append(chunk_of(i, 1));
  turn();
  sink_.answer(1, Outcome{});
  restart();
  EXPECT_EQ(delivered(), 1U) << "the counters begin where they were";
  EXPECT_EQ(deliverer_->held(), 1U);
  sink_.rule = [](const auto&) { return Outcome{}; };
  run();
  EXPECT_EQ(sink_.taken, (Lines{"r1", "r0"}));
  EXPECT_EQ(delivered(), 2U);
}

TEST_F(RestartTest, AGapIsToldEvenAfterARestart) {
  sink_.rule = [](const auto&) { return reply(Status::unreachable); };
  for (int i = 0; i < 40; i += 10) stream_->append(chunk_of(i, 10, clock_.time));
  run();
  deliverer_->drop_below(20);
  restart();
  EXPECT_EQ(dropped() + deliverer_->held(), 40U);
  EXPECT_GE(dropped(), 10U);
  sink_.rule = [](const auto&) { return Outcome{}; };
  const std::uint64_t lost = dropped();
  run();
  EXPECT_TRUE(deliverer_->finished());
  EXPECT_EQ(dropped(), lost) << "counted once";
  ASSERT_EQ(sink_.taken.size() + lost, 41U);
  EXPECT_NE(sink_.taken.front().find("\"gap\":{\"records\":" + std::to_string(lost)), std::string::npos);
}

TEST_F(RestartTest, ABacklogThatCanNotBeOpenedForNowIsNoLoss) {
  sink_.rule = [](const auto&) { return reply(Status::unreachable); };
  stream_->append(chunk_of(0, 2));
  restart();
  sink_.rule = [](const auto&) { return Outcome{}; };
  stream_->append(chunk_of(2, 1));
  files_.fail(stream::disk::MemoryFiles::Op::open, EMFILE, 0, 1'000'000);
  turn();
  EXPECT_EQ(deliverer_->held(), 3U);
  EXPECT_EQ(sink_.taken, Lines{}) << "what is in memory waits for what was there before it";
  EXPECT_EQ(deliverer_->next_turn(), clock_.time + std::chrono::milliseconds(100)) << "nothing else would wake it";
  files_.heal();
  clock_.time = deliverer_->next_turn();
  run();
  EXPECT_EQ(sink_.taken, (Lines{"r0", "r1", "r2"}));
  EXPECT_EQ(dropped(), 0U);
  EXPECT_EQ(deliverer_->next_turn(), MonoTime::max());
}

TEST_F(RestartTest, ABatchIsDroppedWithoutAskingTheDiskAgain) {
  config_.batch.records = config::Limit(1);
  sink_.rule = [](const auto&) { return reply(Status::unreachable); };
  for (int i = 0; i < 2; ++i) {
    record::Chunk chunk;
    chunk.plain = std::string(200 * 1024 - 1, 'x') + "\n";  // more than a reader keeps in memory
    chunk.plain_bytes = 200 * 1024;
    chunk.records = 1;
    stream_->append(std::move(chunk));
  }
  restart();
  sink_.rule = [](const auto&) { return std::nullopt; };
  turn();
  ASSERT_EQ(sink_.open.size(), 2U);
  sink_.answer(0, reply(Status::unreachable));
  turn();
  files_.fail(stream::disk::MemoryFiles::Op::read, EIO, 0, 1'000'000);
  deliverer_->drop_below(1);
  EXPECT_EQ(deliverer_->held(), 1U) << "the second is under way, and can't be lost";
  sink_.answer(0, Outcome{});
  turn();
  EXPECT_EQ(deliverer_->held(), 0U);
  EXPECT_EQ(delivered(), 1U);
  EXPECT_EQ(dropped(), 1U);
}

TEST_F(RestartTest, ABacklogIsReadWithinTheMemory) {
  sink_.rule = [](const auto&) { return reply(Status::unreachable); };
  constexpr int chunks = 200;
  for (int i = 0; i < chunks; ++i) {
    record::Chunk chunk;
    chunk.plain = std::string(64 * 1024 - 1, 'x') + "\n";
    chunk.plain_bytes = 64 * 1024;
    chunk.records = 1;
    stream_->append(std::move(chunk));
    turn();
    EXPECT_TRUE(stream_->storage()->finish());
  }
  restart();
  most_used_ = 0;
  sink_.rule = [](const auto&) { return std::nullopt; };
  for (int turns = 0; deliverer_->held() > 0 && turns < 1000; ++turns) {
    run(1);
    while (!sink_.open.empty()) sink_.answer(0, Outcome{});
  }
  EXPECT_EQ(deliverer_->held(), 0U);
  EXPECT_EQ(sink_.taken.size(), static_cast<std::size_t>(chunks));
  EXPECT_LE(most_used_, budget_.limit());
  EXPECT_LE(sink_.attempts, 120) << "not chunk by chunk: " << sink_.attempts;
}

}  // namespace
}  // namespace towline::delivery
