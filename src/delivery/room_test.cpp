// Three sinks on one stream, a source that sends as fast as it may, and too little room: who loses what.
#include "delivery/room.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <tuple>

#include "delivery/deliverer_test_support.hpp"
#include "stream/disk/memory_files_test_support.hpp"

namespace towline::delivery {
namespace {

using component::WhenFull;
using std::chrono::milliseconds;

constexpr std::uint64_t memory = 4 << 20;
constexpr int records_per_chunk = 8;
constexpr std::size_t record_bytes = 2 * 1024;
constexpr std::uint64_t chunk_bytes = records_per_chunk * record_bytes + 1024;
constexpr int block_at_most = 50;  // steps

// A sink of the test: alive, it takes a batch one step after it was sent.
struct TestSink {
  component::DeliveryConfig config;
  PlayedSink sink;
  std::optional<Deliverer> deliverer;
  bool alive = true;

  void answer() {
    while (!sink.open.empty()) sink.answer(0, alive ? Outcome{} : reply(Status::unreachable));
  }
  // Records of the source, in the order of their arrival.
  std::vector<int> taken() const {
    std::vector<int> taken;
    for (const std::string& line : sink.taken) {
      if (line.front() != '{') taken.push_back(std::stoi(line));
    }
    return taken;
  }
  std::vector<std::string> markers() const {
    std::vector<std::string> markers;
    for (const std::string& line : sink.taken) {
      if (line.front() == '{') markers.push_back(line);
    }
    return markers;
  }
};

class RoomTest : public testing::Test {
 protected:
  void open_stream(std::uint64_t disk_max = 0) {
    std::unique_ptr<stream::Storage> storage;
    if (disk_max > 0) {
      auto store =
          stream::Store::open({"s", disk_max, disk_max / 64, stream::Durability::process}, files_, random_, clock_);
      ASSERT_TRUE(store) << store.error().message;
      storage = std::make_unique<stream::Storage>("s", std::move(*store));
    }
    stream_ =
        std::make_unique<stream::Stream>(stream::Stream::Options{}, budget_, compressor_, bytes_, std::move(storage));
  }

  TestSink& add(const std::string& name, WhenFull when_full, bool alive = true) {
    TestSink& added = sinks_.emplace_back();
    added.alive = alive;
    added.config.when_full = when_full;
    added.config.batch.age = Duration(0);
    added.config.batch.bytes = config::ByteSize{4 * chunk_bytes};
    added.sink.rule = [](const auto&) { return std::nullopt; };
    added.deliverer.emplace(Deliverer::Parts{name, added.config, *stream_, added.sink, shelf_, budget_, random_, clock_,
                                             Tally(metrics_, name)});
    room_.add(*added.deliverer);
    return added;
  }

  // The source gives one chunk, if it may; the delivery thread has its turns; what was sent before is answered.
  void step(bool send = true) {
    clock_.time += step_time_;
    if (send && source_may_go_on()) append();
    for (TestSink& sink : sinks_) sink.answer();
    while (stream_->take_in()) continue;
    room_.turn();
    for (TestSink& sink : sinks_) sink.deliverer->turn(clock_.time);
    stream_->let_go();
    if (stream_->storage() != nullptr) stream_->storage()->turn(clock_.time);
    most_used_ = std::max(most_used_, budget_.used());
    ++steps_;
  }

  bool source_may_go_on() {
    if (!budget_.exhausted(false)) gave_way_ = false;
    if (!budget_.exhausted(gave_way_)) {
      waited_ = 0;
      return true;
    }
    if (++waited_ == patience_) {
      gave_way_ = true;
      budget_.give_way();
    }
    return false;
  }

  void append() {
    record::Chunk chunk;
    for (int i = 0; i < records_per_chunk; ++i) {
      std::string line = std::to_string(appended_++) + " ";
      line.resize(record_bytes - 1, 'x');
      chunk.plain += line + "\n";
    }
    chunk.records = records_per_chunk;
    chunk.plain_bytes = static_cast<std::uint32_t>(chunk.plain.size());
    chunk.oldest = clock_.now();
    chunk.received = clock_.wall_now();
    stream_->append(std::move(chunk));
  }

  // Until the source has sent so many chunks; how many steps that took.
  int send(int chunks) {
    const int before = steps_;
    const int end = appended_ + chunks * records_per_chunk;
    while (appended_ < end && steps_ < before + 20 * chunks) step();
    return steps_ - before;
  }
  void settle_down() {
    for (int i = 0; i < 20; ++i) step(false);
  }
  void drain() {
    for (TestSink& sink : sinks_) sink.deliverer->drain(clock_.time);
    for (int i = 0; i < 500; ++i) step(false);
  }

  std::uint64_t dropped(const std::string& sink, const std::string& reason = "") const {
    return metrics_.sum(telemetry::MetricId::sink_dropped_records, {sink, reason});
  }
  void expect_everything(const TestSink& sink) {
    std::vector<int> all(static_cast<std::size_t>(appended_));
    std::iota(all.begin(), all.end(), 0);
    std::vector<int> taken = sink.taken();
    std::sort(taken.begin(), taken.end());
    EXPECT_EQ(taken.size(), all.size());
    EXPECT_TRUE(taken == all);
    EXPECT_TRUE(sink.markers().empty());
  }

  stream::disk::MemoryFiles files_;
  StoppedClock clock_;
  SeededRandom random_{11};
  telemetry::Metrics metrics_;
  telemetry::Instrument bytes_;
  MemoryBudget budget_{memory};
  codec::Compressor compressor_;
  Shelf shelf_;
  std::unique_ptr<stream::Stream> stream_;
  std::deque<TestSink> sinks_;
  Room room_{budget_};
  int appended_ = 0;
  int steps_ = 0;
  Duration step_time_ = milliseconds(10);
  int waited_ = 0;
  int patience_ = block_at_most;
  bool gave_way_ = false;
  std::uint64_t most_used_ = 0;
};

constexpr int many = 1000;  // chunks: four times the memory

struct DeadSink {
  WhenFull when_full;
  const char* reason;
};

class OneDeadSink : public RoomTest, public testing::WithParamInterface<DeadSink> {};

TEST_P(OneDeadSink, CostsTheOthersNothing) {
  open_stream();
  TestSink& one = add("one", WhenFull::block);
  TestSink& two = add("two", WhenFull::block);
  TestSink& dead = add("dead", GetParam().when_full, false);
  const int once_blocked = GetParam().when_full == WhenFull::block ? block_at_most : 0;
  EXPECT_LE(send(many), many + once_blocked + many / 20) << "a chunk a step, as if nobody were dead";
  settle_down();
  expect_everything(one);
  expect_everything(two);
  EXPECT_LE(most_used_, memory + chunk_bytes);
  const auto appended = static_cast<std::uint64_t>(appended_);
  EXPECT_EQ(dropped("dead", GetParam().reason) + dead.deliverer->held(), appended);
  EXPECT_GE(dropped("dead"), appended / 2);

  dead.alive = true;
  drain();
  EXPECT_EQ(dead.deliverer->held(), 0U);
  EXPECT_TRUE(dead.deliverer->finished());
  EXPECT_EQ(dead.taken().size() + dropped("dead"), appended);
  EXPECT_FALSE(dead.markers().empty());
  EXPECT_LE(dead.markers().size(), 4U);
}

TEST_P(OneDeadSink, LosesWhatItsPolicySays) {
  open_stream();
  add("one", WhenFull::block);
  TestSink& dead = add("dead", GetParam().when_full, false);
  send(many);
  dead.alive = true;
  drain();
  const std::vector<int> taken = dead.taken();
  ASSERT_FALSE(taken.empty());
  if (GetParam().when_full == WhenFull::drop_oldest) {
    EXPECT_EQ(*std::max_element(taken.begin(), taken.end()), appended_ - 1);
    EXPECT_GE(taken.size(), memory / 2 / record_bytes) << "what it holds fills most of the memory";
  } else {
    EXPECT_EQ(*std::min_element(taken.begin(), taken.end()), 0);
  }
}

TEST_P(OneDeadSink, GetsEverythingAgainWhenThereIsRoomAgain) {
  open_stream();
  add("one", WhenFull::block);
  TestSink& dead = add("dead", GetParam().when_full, false);
  send(many);
  dead.alive = true;
  dead.deliverer->drain(clock_.time);
  for (int i = 0; i < 200; ++i) step(false);
  const std::uint64_t before = dropped("dead");
  const int sent_before = appended_;
  send(many);
  settle_down();
  EXPECT_EQ(dropped("dead"), before);
  EXPECT_EQ(dead.taken().size() + before, static_cast<std::uint64_t>(appended_));
  EXPECT_GT(appended_, sent_before);
}

INSTANTIATE_TEST_SUITE_P(Policies, OneDeadSink,
                         testing::Values(DeadSink{WhenFull::drop_oldest, "drop_oldest"},
                                         DeadSink{WhenFull::drop_newest, "drop_newest"},
                                         DeadSink{WhenFull::block, "block_at_most"}),
                         [](const auto& policy) { return std::string(policy.param.reason); });

// What is under way with those that live takes nearly all the memory for a while.
TEST_F(RoomTest, ADeadSinkKeepsItsNewestWhileTheOthersMakeRoom) {
  patience_ = -1;
  open_stream();
  add("one", WhenFull::block);
  TestSink& dead = add("dead", WhenFull::drop_oldest, false);
  send(20);
  settle_down();
  append();
  const Charge under_way(budget_, memory - memory / 8 - budget_.used());
  stream_->take_in();
  for (int i = 0; i < 10; ++i) room_.turn();
  EXPECT_LT(dead.deliverer->held(), stream_->end());
  EXPECT_TRUE(dead.deliverer->cursor().needs({stream_->end() - 1, stream_->end()}));
  EXPECT_GE(stream_->bytes_held(dead.deliverer->cursor()), memory / 32);
}

// It can't be waited for for longer than the source's ceiling.
TEST_F(RoomTest, ADeadSinkLosesItsNewestWhereASourceHasWaitedForLong) {
  open_stream();
  add("one", WhenFull::block);
  TestSink& dead = add("dead", WhenFull::drop_oldest, false);
  send(20);
  settle_down();
  append();
  const Charge under_way(budget_, memory - memory / 8 - budget_.used());
  stream_->take_in();
  budget_.give_way();
  for (int i = 0; i < 10; ++i) room_.turn();
  EXPECT_EQ(dead.deliverer->held(), 0U);
}

TEST_F(RoomTest, WithoutACeilingTheSourceWaitsAndNobodyLoses) {
  patience_ = -1;
  open_stream();
  TestSink& one = add("one", WhenFull::block);
  TestSink& dead = add("dead", WhenFull::block, false);
  for (int i = 0; i < 2000; ++i) step();
  EXPECT_LE(budget_.used(), memory - memory / 8 + chunk_bytes);
  expect_everything(one);
  EXPECT_EQ(dropped("dead"), 0U);
  dead.alive = true;
  dead.deliverer->drain(clock_.time);
  const int before = appended_;
  for (int i = 0; i < 200; ++i) step();
  EXPECT_GT(appended_, before);
  drain();
  expect_everything(dead);
}

// Each pair of policies, dying together or one after the other: the third one goes on.
class TwoDeadSinks : public RoomTest, public testing::WithParamInterface<std::tuple<WhenFull, WhenFull, bool>> {};

TEST_P(TwoDeadSinks, DontStopAThird) {
  const auto [policy_of_first, policy_of_second, together] = GetParam();
  open_stream();
  TestSink& alive = add("alive", WhenFull::block);
  TestSink& first = add("first", policy_of_first, false);
  TestSink& second = add("second", policy_of_second, !together);
  int steps = send(many);
  second.alive = false;
  steps += send(many);
  EXPECT_LE(steps, 2 * many + 2 * many / 20);
  settle_down();
  expect_everything(alive);
  EXPECT_LE(most_used_, memory + chunk_bytes);
  for (TestSink* dead : {&first, &second}) dead->alive = true;
  drain();
  EXPECT_EQ(first.taken().size() + dropped("first"), static_cast<std::uint64_t>(appended_));
  EXPECT_EQ(second.taken().size() + dropped("second"), static_cast<std::uint64_t>(appended_));
  EXPECT_EQ(budget_.used(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Policies, TwoDeadSinks,
                         testing::Combine(testing::Values(WhenFull::drop_oldest, WhenFull::drop_newest),
                                          testing::Values(WhenFull::drop_oldest, WhenFull::drop_newest),
                                          testing::Bool()));

constexpr std::uint64_t disk = 8 << 20;

TEST_P(OneDeadSink, CostsTheOthersNothingWhereTheDiskIsFull) {
  open_stream(disk);
  step_time_ = milliseconds(50);  // the disk's reserve is room for some saves of cursors
  TestSink& one = add("one", WhenFull::block);
  TestSink& two = add("two", WhenFull::block);
  TestSink& dead = add("dead", GetParam().when_full, false);
  const int once_blocked = GetParam().when_full == WhenFull::block ? block_at_most : 0;
  EXPECT_LE(send(many), many + once_blocked + many / 20);
  settle_down();
  expect_everything(one);
  expect_everything(two);
  EXPECT_LE(most_used_, memory + chunk_bytes);
  EXPECT_EQ(dropped("dead", GetParam().reason) + dead.deliverer->held(), static_cast<std::uint64_t>(appended_));
  EXPECT_GE(dead.deliverer->held() * record_bytes, disk / 2) << "no more is lost than must be";
  dead.alive = true;
  drain();
  EXPECT_EQ(dead.taken().size() + dropped("dead"), static_cast<std::uint64_t>(appended_));
}

// More than the disk holds is in memory before the first of it is written.
TEST_P(OneDeadSink, LosesWhatTheDiskHasNoRoomForAndTheRestIsStored) {
  constexpr std::uint64_t small_disk = 1 << 20;
  open_stream(small_disk);
  step_time_ = milliseconds(50);
  patience_ = 3;
  TestSink& dead = add("dead", GetParam().when_full, false);
  send(1);
  settle_down();  // from now on there is one probe at a time
  const auto step_while = [this](const auto& condition) {
    for (int i = 0; i < 200 && condition(); ++i) {
      step(false);
      source_may_go_on();
    }
  };
  for (int i = 0; i < 120; ++i) append();
  step_while([&] { return dropped("dead") == 0; });
  for (int i = 0; i < 60; ++i) append();  // these fill the disk again before anybody looks
  while (stream_->take_in()) continue;
  for (int i = 0; i < 5; ++i) stream_->storage()->turn(clock_.time += step_time_);
  step_while([&] { return stream_->durable_end() < stream_->end(); });
  EXPECT_EQ(stream_->durable_end(), stream_->end());
  const auto appended = static_cast<std::uint64_t>(appended_);
  EXPECT_EQ(dropped("dead", GetParam().reason) + dead.deliverer->held(), appended);
  EXPECT_GE(dead.deliverer->held() * record_bytes, small_disk / 3) << "files take a third more than what is in them";
  EXPECT_LE(dead.deliverer->held() * record_bytes, small_disk);
  const bool keeps_the_oldest = GetParam().when_full != WhenFull::drop_oldest;
  EXPECT_EQ(dead.deliverer->cursor().needs({50, 100}), keeps_the_oldest);
  EXPECT_EQ(dead.deliverer->cursor().needs({appended - 1, appended}), !keeps_the_oldest);
}

TEST_F(RoomTest, ASecondDropWaitsForTheFirstToMakeItsRoomOnTheDisk) {
  open_stream(disk);
  TestSink& dead = add("dead", WhenFull::drop_oldest, false);
  while (dropped("dead") == 0) step();
  const std::uint64_t once = dropped("dead");
  for (int i = 0; i < 10; ++i) {
    room_.turn();
    dead.deliverer->turn(clock_.time);
    stream_->let_go();
  }
  EXPECT_EQ(dropped("dead"), once);
}

TEST_F(RoomTest, WhoIsWaitedForKeepsWhatTheDiskHasNoRoomFor) {
  patience_ = -1;
  open_stream(1 << 20);
  TestSink& dead = add("dead", WhenFull::block, false);
  for (int i = 0; i < 120; ++i) append();
  settle_down();
  EXPECT_EQ(dropped("dead"), 0U);
  EXPECT_EQ(dead.deliverer->held(), static_cast<std::uint64_t>(appended_));
  EXPECT_LT(stream_->durable_end(), stream_->end());
  EXPECT_TRUE(budget_.exhausted()) << "the source waits";
  const Deliverer::Snapshot left = dead.deliverer->snapshot();
  EXPECT_EQ(left.on_disk, stream_->durable_end());
  std::uint64_t on_no_disk = 0;
  dead.deliverer->each_left([&](std::string_view record) {
    EXPECT_TRUE(record.starts_with(std::to_string(left.on_disk + on_no_disk) + " "));
    ++on_no_disk;
  });
  EXPECT_EQ(on_no_disk, left.held - left.on_disk);
}

TEST_F(RoomTest, ABrokenDiskCostsNoRecordByAPolicyOfTheSinks) {
  patience_ = -1;
  open_stream(64 * disk);
  add("one", WhenFull::block);
  add("dead", WhenFull::drop_oldest, false);
  send(20);
  files_.fail(stream::disk::MemoryFiles::Op::write, EIO, 0, 1'000'000);
  for (int i = 0; i < 500; ++i) step();
  EXPECT_EQ(dropped("dead"), 0U);
  EXPECT_LE(most_used_, memory + chunk_bytes);
  files_.heal();
  const int before = appended_;
  for (int i = 0; i < 2000; ++i) step();
  EXPECT_GT(appended_, before) << "the source goes on when the disk is well";
  EXPECT_EQ(dropped("dead"), 0U);
}

}  // namespace
}  // namespace towline::delivery
