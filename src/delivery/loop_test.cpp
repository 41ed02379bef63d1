// The loop with real time, and destinations that answer at once.
#include "delivery/loop.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "delivery/deliverer_test_support.hpp"
#include "stream/disk/memory_files_test_support.hpp"

namespace towline::delivery {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LoopTest : public testing::Test {
 protected:
  struct Reader {
    stream::Stream stream;
    PlayedSink sink;
    Deliverer deliverer;
  };

  LoopTest() { config_.batch.age = milliseconds(1); }

  Reader& add(const std::string& name, std::unique_ptr<stream::Storage> storage = nullptr) {
    auto reader = std::make_unique<Holder>(*this, name, std::move(storage));
    loop_.add(reader->stream);
    loop_.add(name, reader->deliverer);
    holders_.push_back(std::move(reader));
    return *holders_.back();
  }

  struct Holder : Reader {
    Holder(LoopTest& test, const std::string& name, std::unique_ptr<stream::Storage> storage)
        : Reader{stream::Stream({}, test.budget_, test.compressor_, test.bytes_, std::move(storage)),
                 {},
                 Deliverer({name, test.config_, stream, sink, test.shelf_, test.budget_, test.random_, test.clock_,
                            Tally(test.metrics_, name)})} {}
  };

  std::unique_ptr<stream::Storage> small_disk() {
    auto store = stream::Store::open({"s", 1 << 20, 1 << 16, stream::Durability::process}, files_, random_, clock_);
    return std::make_unique<stream::Storage>("s", std::move(*store));
  }

  stream::disk::MemoryFiles files_;
  component::DeliveryConfig config_;
  SystemClock clock_;
  net::Outbound outbound_;
  telemetry::Metrics metrics_;
  telemetry::Instrument bytes_;
  MemoryBudget budget_{4 << 20};
  codec::Compressor compressor_;
  SeededRandom random_{1};
  Shelf shelf_;
  Loop loop_{outbound_, clock_, budget_};
  std::vector<std::unique_ptr<Holder>> holders_;
};

TEST_F(LoopTest, ADrainEndsWhenNothingIsHeldAnyMore) {
  Reader& reader = add("out");
  reader.stream.append(chunk_of(0, 5, clock_.now()));
  loop_.drain(clock_.now() + seconds(60));
  const MonoTime start = clock_.now();
  loop_.run();
  EXPECT_LT(clock_.now() - start, seconds(10));
  EXPECT_EQ(reader.sink.taken.size(), 5U);
  EXPECT_EQ(loop_.status().front().now.held, 0U);
}

TEST_F(LoopTest, WhatIsLeftAtTheDeadlineIsCountedAndGoneThrough) {
  for (const char* name : {"one", "two"}) {
    Reader& reader = add(name);
    reader.sink.rule = [](const auto&) { return reply(Status::unreachable); };
    reader.stream.append(chunk_of(0, 2, clock_.now()));
  }
  loop_.drain(clock_.now() + milliseconds(20));
  loop_.run();
  for (const Loop::SinkStatus& status : loop_.status()) EXPECT_EQ(status.now.held, 2U) << status.sink;
  std::vector<std::string> left;
  holders_.front()->stream.append(chunk_of(2, 1, clock_.now()));
  loop_.each_left([&](std::string_view sink, std::string_view record) {
    left.push_back(std::string(sink) + " " + std::string(record));
  });
  EXPECT_EQ(left, (std::vector<std::string>{"one r0", "one r1", "one r2", "two r0", "two r1"}));
}

class ADiskWithoutRoomAtTheEnd : public LoopTest, public testing::WithParamInterface<component::WhenFull> {};

// More than the disk holds is under way.
TEST_P(ADiskWithoutRoomAtTheEnd, CostsWhatThePolicySays) {
  constexpr int chunks = 40;
  config_.when_full = GetParam();
  config_.batch.records = config::Limit(chunks / 2);
  config_.batch.bytes = config::ByteSize{4 << 20};
  Reader& reader = add("out", small_disk());
  reader.sink.rule = [](const auto&) { return std::nullopt; };
  for (int i = 0; i < chunks; ++i) {
    record::Chunk chunk;
    chunk.plain.assign(50'000, 'x');
    chunk.plain.back() = '\n';
    chunk.records = 1;
    chunk.plain_bytes = static_cast<std::uint32_t>(chunk.plain.size());
    reader.stream.append(std::move(chunk));
  }
  loop_.drain(clock_.now() + milliseconds(20));
  loop_.run();
  EXPECT_GE(reader.sink.lines_sent, chunks / 2);

  stream::Storage& storage = *reader.stream.storage();
  bool all = storage.finish();
  EXPECT_FALSE(all);
  while (!all && loop_.make_room()) all = storage.finish();
  const Deliverer::Snapshot left = loop_.status().front().now;
  if (GetParam() == component::WhenFull::block) {
    EXPECT_FALSE(all);
    EXPECT_EQ(left.held, chunks);
    EXPECT_EQ(left.on_disk, reader.stream.durable_end());
  } else {
    EXPECT_TRUE(all);
    EXPECT_EQ(reader.stream.durable_end(), chunks);
    EXPECT_EQ(left.held + sum(reader.deliverer.cursor().state().totals), chunks);
    EXPECT_LT(left.held, chunks);
  }
}

INSTANTIATE_TEST_SUITE_P(Policies, ADiskWithoutRoomAtTheEnd,
                         testing::Values(component::WhenFull::block, component::WhenFull::drop_oldest,
                                         component::WhenFull::drop_newest));

TEST_F(LoopTest, SeveralStreamsOfASinkAreOneInTheStatus) {
  Reader& well = add("out");
  Reader& dead = add("out");
  Reader& other = add("other");
  const MonoTime received = clock_.now() - seconds(100);
  for (Reader* reader : {&dead, &well, &other}) {
    reader->sink.rule = [](const auto&) { return reply(Status::unreachable); };
    reader->stream.append(chunk_of(0, 3, clock_.now()));
  }
  dead.stream.append(chunk_of(3, 1, received));
  well.sink.rule = [](const auto&) { return std::nullopt; };
  loop_.drain(clock_.now() + milliseconds(20));
  loop_.run();
  const std::vector<Loop::SinkStatus> status = loop_.status();
  ASSERT_EQ(status.size(), 2U);
  EXPECT_EQ(status[0].sink, "out");
  EXPECT_EQ(status[0].now.held, 3U + 4U);
  EXPECT_EQ(status[0].now.state, Breaker::State::retrying);
  EXPECT_EQ(status[0].now.cause, "cause");
  EXPECT_EQ(status[1].now.held, 3U);
}

TEST_F(LoopTest, ASourceThatGivesWayWakesTheLoop) {
  config_.batch.age = std::chrono::hours(1);
  Reader& reader = add("out");
  reader.sink.rule = [](const auto&) { return reply(Status::unreachable); };
  for (int i = 0; !budget_.exhausted(); ++i) {
    record::Chunk chunk = chunk_of(i, 1, clock_.now());
    chunk.plain.reserve(1024);
    reader.stream.append(std::move(chunk));
  }
  std::thread loop([this] { loop_.run(); });
  budget_.give_way();
  const MonoTime deadline = clock_.now() + seconds(10);
  while (budget_.exhausted(true) && clock_.now() < deadline) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_LT(clock_.now(), deadline);
  EXPECT_TRUE(budget_.exhausted(false));
  loop_.drain(MonoTime::min());
  loop.join();
}

}  // namespace
}  // namespace towline::delivery
