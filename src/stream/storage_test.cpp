// A stream with a folder on disk: what is durable when, what survives a restart, what leaves memory. The test plays the
// ingest, the delivery and the storage thread.
#include "stream/storage.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/forwarding_file_system_test_support.hpp"
#include "base/linux_file_system.hpp"
#include "stream/stream.hpp"

namespace towline::stream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The real one, whose disk fails when it is told to.
class FailingFileSystem final : public ForwardingFileSystem {
 public:
  using ForwardingFileSystem::ForwardingFileSystem;
  int fail_sync = 0;

  int sync(File file) override { return fail_sync != 0 ? fail_sync : ForwardingFileSystem::sync(file); }
};

class StorageTest : public testing::Test {
 protected:
  StorageTest() {
    std::string path = testing::TempDir() + "storage_XXXXXX";
    folder_ = ::mkdtemp(path.data());
    restart();
  }
  ~StorageTest() override {
    stop();
    std::filesystem::remove_all(folder_);
  }

  void stop() {
    cursor_ = nullptr;
    stream_.reset();
    files_.reset();
    disk_.reset();
  }
  // As after kill -9: nobody says goodbye.
  void restart() {
    stop();
    disk_ = std::make_unique<LinuxFileSystem>(folder_);
    files_ = std::make_unique<FailingFileSystem>(*disk_);
    Store::Options options;
    options.name = "s";
    options.max_size = 4 << 20;
    options.segment_bytes = 256 << 10;
    Result<std::unique_ptr<Store>> store = Store::open(options, *files_, random_, clock_);
    ASSERT_TRUE(store) << store.error().message;
    stream_ = std::make_unique<Stream>(Stream::Options{}, budget_, compressor_, bytes_,
                                       std::make_unique<Storage>("s", std::move(*store)));
    cursor_ = &stream_->open_cursor("sink");
  }

  std::uint64_t append(std::uint32_t records, std::size_t bytes = 100) {
    record::Chunk chunk;
    chunk.plain.assign(bytes, 'x');
    chunk.records = records;
    chunk.plain_bytes = static_cast<std::uint32_t>(bytes);
    const std::uint64_t end = stream_->append(std::move(chunk));
    while (stream_->take_in()) {
    }
    return end;
  }
  MonoTime pass(Duration time) {
    now_ += time;
    return stream_->storage()->turn(now_);
  }
  void settle(std::uint64_t begin, std::uint64_t end) {
    cursor_->settle({begin, end});
    cursor_->totals().delivered += end - begin;
    stream_->let_go();
  }

  std::string folder_;
  MemoryBudget budget_{1 << 20};
  codec::Compressor compressor_;
  telemetry::Instrument bytes_;
  SystemClock clock_;
  SeededRandom random_{11};
  MonoTime now_{seconds(1000)};
  std::unique_ptr<LinuxFileSystem> disk_;
  std::unique_ptr<FailingFileSystem> files_;
  std::unique_ptr<Stream> stream_;
  Cursor* cursor_ = nullptr;
};

TEST_F(StorageTest, AChunkWaitsForCompanyButNotForLong) {
  append(1);
  EXPECT_EQ(pass({}), now_ + Storage::commit_wait);
  EXPECT_EQ(stream_->durable_end(), 0U);
  append(1);
  pass(Storage::commit_wait);
  EXPECT_EQ(stream_->durable_end(), 2U);
  append(1, Storage::commit_bytes);
  pass({});
  EXPECT_EQ(stream_->durable_end(), 3U) << "enough to be worth a sync";
}

TEST_F(StorageTest, WhatIsDurableSurvives) {
  append(5);
  pass({});
  pass(Storage::commit_wait);
  restart();
  EXPECT_EQ(cursor_->held(stream_->end()), 5U);
  const ChunkPtr chunk = stream_->at(*cursor_, 0);
  ASSERT_NE(chunk, nullptr);
  EXPECT_EQ(chunk->records, 5U);
  EXPECT_EQ(chunk->plain, std::string(100, 'x'));
  EXPECT_EQ(append(1), 6U) << "the numbers go on";
}

TEST_F(StorageTest, TheCursorSurvivesWithWhatItCounted) {
  append(5);
  pass({});
  pass(Storage::commit_wait);
  settle(0, 3);
  pass({});
  pass(Storage::save_wait);
  restart();
  EXPECT_EQ(cursor_->mark(), 3U);
  EXPECT_EQ(cursor_->totals().delivered, 3U);
  EXPECT_EQ(cursor_->held(stream_->end()), 2U);
}

TEST_F(StorageTest, AFailingDiskAcknowledgesNothingAndDeliveryGoesOn) {
  files_->fail_sync = EIO;
  append(5);
  pass({});
  const MonoTime again = pass(Storage::commit_wait);
  EXPECT_FALSE(stream_->storage()->is_well());
  EXPECT_EQ(stream_->durable_end(), 0U);
  EXPECT_GT(again, now_) << "no spinning";
  EXPECT_NE(stream_->at(*cursor_, 0), nullptr) << "it is still there to be delivered";
  files_->fail_sync = 0;
  pass(seconds(3));
  EXPECT_TRUE(stream_->storage()->is_well());
  EXPECT_EQ(stream_->durable_end(), 5U);
}

TEST_F(StorageTest, AFailingDiskDoesNotKeepInMemoryWhatIsSettled) {
  files_->fail_sync = EIO;
  append(5, 100'000);
  pass({});
  pass(Storage::commit_wait);
  settle(0, 5);
  pass(seconds(3));
  EXPECT_EQ(budget_.used(), 0U);
  EXPECT_EQ(stream_->durable_end(), 0U) << "that it was delivered isn't written down yet";

  append(5);
  files_->fail_sync = 0;
  pass(seconds(3));
  pass(Storage::commit_wait);
  EXPECT_TRUE(stream_->storage()->is_well());
  EXPECT_EQ(stream_->durable_end(), 10U);
  restart();
  EXPECT_EQ(cursor_->held(stream_->end()), 5U);
  EXPECT_TRUE(cursor_->totals().dropped.empty()) << "the hole in front of them was settled";
}

TEST_F(StorageTest, ADiskThatHasOnlyCursorsToWriteBecomesWellAgain) {
  files_->fail_sync = EIO;
  append(5);
  pass({});
  pass(Storage::commit_wait);
  settle(0, 5);
  files_->fail_sync = 0;
  pass(seconds(3));
  EXPECT_TRUE(stream_->storage()->is_well());
  EXPECT_EQ(stream_->durable_end(), 5U) << "delivered, and written down, is as good as stored";
}

TEST_F(StorageTest, WhatIsOnDiskLeavesMemoryUnderPressure) {
  for (int i = 0; i < 8; ++i) append(1, 100'000);
  pass({});
  pass(Storage::commit_wait);
  ASSERT_EQ(stream_->durable_end(), 8U);
  stream_->let_go();
  EXPECT_FALSE(budget_.pressed());
  EXPECT_NE(stream_->at(*cursor_, 7), nullptr);
  const ChunkPtr first = stream_->at(*cursor_, 0);
  ASSERT_NE(first, nullptr) << "read back from disk";
  EXPECT_EQ(first->plain.size(), 100'000U);
  EXPECT_GT(first->charge.bytes(), 100'000U) << "and charged";
}

TEST_F(StorageTest, SegmentFilesGoWhenTheSavedCursorHasPassedThem) {
  for (int i = 0; i < 20; ++i) {
    append(1, 100'000);
    pass({});
    pass(Storage::commit_wait);
  }
  const std::uint64_t full = stream_->disk_bytes();
  settle(0, 20);
  EXPECT_EQ(stream_->disk_bytes(), full) << "not saved yet";
  pass({});
  pass(Storage::save_wait);
  EXPECT_LT(stream_->disk_bytes(), full / 3);
}

TEST_F(StorageTest, TheEndWritesEverythingAtOnce) {
  for (int i = 0; i < 30; ++i) append(1, 100'000);
  settle(0, 2);
  EXPECT_TRUE(stream_->storage()->finish());
  restart();
  EXPECT_EQ(cursor_->mark(), 2U);
  EXPECT_EQ(cursor_->held(stream_->end()), 28U);
}

TEST_F(StorageTest, WhatIsMissingIsLostAndCounted) {
  append(5);
  pass({});
  pass(Storage::commit_wait);
  settle(0, 1);
  stream_->storage()->finish();
  stop();
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    if (entry.path().extension() == ".seg") std::filesystem::remove(entry.path());
  }
  restart();
  EXPECT_EQ(cursor_->held(stream_->end()), 0U);
}

}  // namespace
}  // namespace towline::stream
