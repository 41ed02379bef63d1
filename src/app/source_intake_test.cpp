// What a source may take in, how long it waits for room, and when it is told that its records are durable.
#include "app/source_intake.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>

#include "base/linux_file_system.hpp"
#include "codec/gzip.hpp"
#include "runtime/supervisor.hpp"

namespace towline::app {
namespace {

using namespace std::chrono_literals;
using component::Ack;
using component::Reserved;

// A folder that is removed at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "towline_intake_XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string stream() const { return path_ / "stream"; }

 private:
  std::filesystem::path path_;
};

// A source that leads to one stream, twice: by itself and through a stage. The test plays all three threads.
class SourceIntakeTest : public testing::Test {
 protected:
  static constexpr std::uint64_t memory = 1 << 20;

  void make(bool durable) {
    std::unique_ptr<stream::Storage> storage;
    if (durable) {
      auto store = stream::Store::open({"s", 16 << 20, 1 << 20, stream::Durability::process}, files_, random_, clock_);
      ASSERT_TRUE(store);
      storage = std::make_unique<stream::Storage>("s", std::move(*store));
      storage_ = storage.get();
    }
    stream_.emplace(stream::Stream::Options{}, budget_, compressor_, held_, std::move(storage));
    cursor_ = &stream_->open_cursor("sink");
    stream_->on_durable([this] { runtime::asio::post(loop_, [this] { stored_.notify_all(); }); });
    writer_.emplace(stream::Writer::Options{}, *stream_, accepted_);
    source_stage_.outputs = {&*writer_};
    source_stage_.next = {&next_stage_};
    next_stage_.outputs = {&*writer_};
    intake_.emplace("app", source_stage_, shared_);
  }

  void accept(const std::string& json) {
    const std::string padded = json + std::string(codec::frame_padding, '\0');
    intake_->accept({std::string_view(padded).substr(0, json.size())});
  }
  void ask(Duration at_most = 10s) { supervisor_.spawn(loop_.get_executor(), "asker", asker(at_most)); }
  void wait_for_room() { supervisor_.spawn(loop_.get_executor(), "waiter", waiter()); }
  void run_for(std::chrono::milliseconds time) {
    loop_.restart();
    loop_.run_for(time);
  }
  // The delivery thread's turn, then the storage thread's.
  void store() {
    while (stream_->take_in()) continue;
    storage_->turn(MonoClock::now());
    storage_->turn(MonoClock::now() + 1s);  // it has waited for company
  }

  runtime::Awaitable<void> asker(Duration at_most) {
    const Ack ack = co_await intake_->durable(at_most);
    acks_.push_back(ack);
  }
  runtime::Awaitable<void> waiter() {
    co_await intake_->room(nullptr);
    ++rooms_;
  }

  Folder folder_;
  LinuxFileSystem files_{folder_.stream()};
  SeededRandom random_{7};
  SystemClock clock_;
  telemetry::Metrics metrics_;
  telemetry::Instrument held_;
  telemetry::Instrument accepted_;
  MemoryBudget budget_{memory};
  codec::Compressor compressor_;
  std::optional<stream::Stream> stream_;
  stream::Storage* storage_ = nullptr;
  stream::Cursor* cursor_ = nullptr;
  std::optional<stream::Writer> writer_;
  Stage source_stage_;
  Stage next_stage_;
  runtime::Supervisor supervisor_;
  boost::asio::io_context loop_{1};
  runtime::Condition room_{loop_.get_executor()};
  runtime::Condition stored_{loop_.get_executor()};
  bool stop_waiting_ = false;
  IntakeShared shared_{loop_.get_executor(), clock_, budget_, metrics_, 100'000, room_, stored_, stop_waiting_, [] {}};
  std::optional<SourceIntake> intake_;
  std::vector<Ack> acks_;
  int rooms_ = 0;
};

TEST_F(SourceIntakeTest, AStreamInMemoryCanOnlySaySo) {
  make(false);
  accept("{\"a\":1}");
  ask();
  run_for(5ms);
  EXPECT_EQ(acks_, (std::vector{Ack::in_memory}));
  EXPECT_EQ(stream_->end(), 2U) << "flushed";
}

TEST_F(SourceIntakeTest, WaitsUntilTheChunkIsOnDisk) {
  make(true);
  accept("{\"a\":1}");
  ask();
  run_for(20ms);
  EXPECT_TRUE(acks_.empty());
  EXPECT_EQ(stream_->end(), 2U) << "it doesn't wait for company";
  accept("{\"a\":2}");
  store();
  run_for(20ms);
  EXPECT_EQ(acks_, (std::vector{Ack::durable})) << "what came later is not waited for";
  ask();
  run_for(5ms);
  store();
  run_for(5ms);
  ask();
  run_for(5ms);
  EXPECT_EQ(acks_, (std::vector{Ack::durable, Ack::durable, Ack::durable})) << "the last has nothing to wait for";
}

TEST_F(SourceIntakeTest, WhoAsksInOneTurnSharesAChunk) {
  make(true);
  for (int i = 0; i < 10; ++i) {
    runtime::asio::post(loop_, [this, i] {
      accept("{\"n\":" + std::to_string(i) + "}");
      ask();
    });
  }
  run_for(20ms);
  while (stream_->take_in()) continue;
  EXPECT_EQ(stream_->at(*cursor_, 0)->records, 20U);
  store();
  run_for(20ms);
  EXPECT_EQ(acks_, std::vector(10, Ack::durable));
}

TEST_F(SourceIntakeTest, DoesNotWaitForEver) {
  make(true);
  accept("{\"a\":1}");
  ask(30ms);
  run_for(200ms);
  EXPECT_EQ(acks_, (std::vector{Ack::unknown}));
  ask();
  run_for(20ms);
  EXPECT_EQ(acks_.size(), 1U);
  stop_waiting_ = true;
  stored_.notify_all();
  run_for(20ms);
  EXPECT_EQ(acks_, (std::vector{Ack::unknown, Ack::unknown})) << "the daemon ends";
}

TEST_F(SourceIntakeTest, ReservesWhatThereIs) {
  make(false);
  constexpr std::uint64_t soft = memory - memory / 8;
  Charge held;
  EXPECT_EQ(intake_->reserve(held, 500'000), Reserved::yes);
  EXPECT_EQ(held.bytes(), 500'000U);
  EXPECT_EQ(intake_->reserve(held, soft - 100'000 + 1), Reserved::never) << "100,000 are never free";
  EXPECT_EQ(held.bytes(), 500'000U);
  Charge second;
  EXPECT_EQ(intake_->reserve(second, soft - 500'000 + 1), Reserved::full);
  EXPECT_EQ(second.bytes(), 0U);
  EXPECT_EQ(intake_->reserve(second, 400'000), Reserved::yes);
  EXPECT_EQ(intake_->reserve(second, soft - 500'000), Reserved::yes) << "to the last byte";
  EXPECT_EQ(budget_.used(), soft);
  Charge third;
  EXPECT_EQ(intake_->reserve(third, 1), Reserved::full);
  budget_.set_relief(MemoryBudget::Relief::policy);
  EXPECT_EQ(intake_->reserve(third, 1), Reserved::yes) << "the last eighth, where a sink rather loses records";
  EXPECT_EQ(intake_->reserve(held, 100), Reserved::yes) << "less is always possible";
  EXPECT_EQ(budget_.used(), soft - 500'000 + 101);
}

TEST_F(SourceIntakeTest, RoomReturnsWhenThereIsRoom) {
  make(false);
  std::optional<Charge> others(std::in_place, budget_, memory);
  EXPECT_FALSE(intake_->has_room());
  wait_for_room();
  run_for(20ms);
  EXPECT_EQ(rooms_, 0);
  others.reset();
  room_.notify_all();  // as the budget's callback does
  run_for(20ms);
  EXPECT_EQ(rooms_, 1);
}

TEST_F(SourceIntakeTest, ASourceGivesWayAfterItsTimeAndGoesOnWithRelief) {
  make(false);
  int requests = 0;
  budget_.on_give_way([&] { ++requests; });
  budget_.on_room([this] { runtime::asio::post(loop_, [this] { room_.notify_all(); }); });
  intake_->set_block_at_most(30ms);
  std::optional<Charge> others(std::in_place, budget_, memory - memory / 16);  // between the two marks
  wait_for_room();
  run_for(10ms);
  EXPECT_EQ(requests, 0);
  run_for(100ms);
  EXPECT_EQ(requests, 1) << "asked once, and waits on";
  EXPECT_EQ(rooms_, 0);
  budget_.set_relief(MemoryBudget::Relief::ceiling);
  run_for(20ms);
  EXPECT_EQ(rooms_, 1);
  EXPECT_TRUE(intake_->has_room()) << "it needs not wait again while that lasts";

  SourceIntake other("other", source_stage_, shared_);
  EXPECT_FALSE(other.has_room()) << "who has not waited has no relief";

  others.reset();
  EXPECT_TRUE(intake_->has_room());
  others.emplace(budget_, memory - memory / 16);
  EXPECT_FALSE(intake_->has_room()) << "after there was room it waits as before";
}

TEST_F(SourceIntakeTest, LinesThatUseUpTheMemoryAreFinishedOneAfterTheOther) {
  make(false);
  Charge first;
  Charge second;
  intake_->gather(first, memory / 2);
  intake_->gather(second, memory / 2);
  EXPECT_FALSE(intake_->has_room());
  EXPECT_TRUE(intake_->has_room(&first));
  EXPECT_TRUE(intake_->has_room(&first)) << "until it is whole";
  EXPECT_FALSE(intake_->has_room(&second));
  std::this_thread::sleep_for(250ms);
  EXPECT_TRUE(intake_->has_room(&second)) << "the first client may have fallen silent";
  EXPECT_FALSE(intake_->has_room(&first));
  intake_->gather(second, 0);
  EXPECT_EQ(second.bytes(), 0U);
  EXPECT_TRUE(intake_->has_room());
}

TEST_F(SourceIntakeTest, WhereRecordsUseUpTheMemoryNoLineGoesOn) {
  make(false);
  const Charge held(budget_, memory);
  Charge line;
  intake_->gather(line, 10'000);
  EXPECT_FALSE(intake_->has_room(&line));
}

TEST_F(SourceIntakeTest, UnlimitedWaitsAsLongAsItTakes) {
  make(false);
  int requests = 0;
  budget_.on_give_way([&] { ++requests; });
  intake_->set_block_at_most(std::nullopt);
  const Charge others(budget_, memory);
  wait_for_room();
  run_for(100ms);
  EXPECT_EQ(requests, 0);
  EXPECT_EQ(rooms_, 0);
  stop_waiting_ = true;
  room_.notify_all();
  run_for(20ms);
  EXPECT_EQ(rooms_, 1);
}

}  // namespace
}  // namespace towline::app
