// A stream with a folder on disk: what is durable when, what survives a restart, what leaves memory. The test plays the
// ingest, the delivery and the storage thread.
#include "stream/storage.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "base/forwarding_file_system_test_support.hpp"
#include "base/linux_file_system.hpp"
#include "stream/storage_thread.hpp"
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
  int fail_allocate = 0;

  int allocate(File file, std::uint64_t bytes) override {
    return fail_allocate != 0 ? fail_allocate : ForwardingFileSystem::allocate(file, bytes);
  }
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
    options.keep = keep_;
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
    chunk.received = clock_.wall_now();
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

  // By a policy of the sink.
  void lose_below(std::uint64_t end) {
    ASSERT_TRUE(cursor_->lose({cursor_->mark(), end}, Loss::drop_oldest, {}, {}));
    stream_->let_go();
  }

  // Then the disk takes not one more. The number behind the last one.
  std::uint64_t fill_to_the_last_chunk() {
    const auto fill = [this] {
      append(1, 100'000);
      pass({});
      pass(Storage::commit_wait);
    };
    int fit = 0;
    for (; stream_->without_room_from() == UINT64_MAX; ++fit) fill();
    stop();
    std::filesystem::remove_all(folder_);
    restart();
    for (int i = 1; i < fit; ++i) fill();
    EXPECT_EQ(stream_->without_room_from(), UINT64_MAX);
    return stream_->end();
  }

  std::string folder_;
  Duration keep_ = Duration::zero();
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

// The disk holds 4 MiB, files of 256 KiB.
TEST_F(StorageTest, TheEndWritesWhatFindsRoomAndTheRestWhenCursorsHaveLetGo) {
  for (int i = 0; i < 60; ++i) append(1, 100'000);
  EXPECT_FALSE(stream_->storage()->finish()) << "6 MB";
  const Storage::WithoutRoom waits = stream_->storage()->without_room();
  EXPECT_EQ(waits.from, stream_->durable_end());
  EXPECT_GT(waits.from, 30U);
  EXPECT_EQ(waits.bytes, (60 - waits.from) * 100'000);
  EXPECT_EQ(stream_->without_room_from(), waits.from);

  lose_below(30);
  EXPECT_TRUE(stream_->storage()->finish());
  EXPECT_EQ(stream_->durable_end(), 60U);
  EXPECT_EQ(stream_->without_room_from(), UINT64_MAX);
  restart();
  EXPECT_EQ(cursor_->held(stream_->end()), 30U);
}

// The file that is being written can't be released. What doesn't fit in there closes it, and then it makes room.
TEST_F(StorageTest, TheEndTriesAgainWithTheRoomThatItMakes) {
  fill_to_the_last_chunk();
  const Range last = stream_->storage()->store().segments().back().range;
  ASSERT_TRUE(cursor_->lose(last, Loss::drop_oldest, {}, {}));
  stream_->let_go();
  const std::uint64_t end = append(1, 100'000);
  EXPECT_TRUE(stream_->storage()->finish());
  EXPECT_EQ(stream_->durable_end(), end);
  restart();
  EXPECT_EQ(cursor_->held(stream_->end()), end - last.size());
}

TEST_F(StorageTest, TheEndNeedsNoRoomForWhatNobodyNeeds) {
  const std::uint64_t kept = fill_to_the_last_chunk();
  for (int i = 0; i < 10; ++i) append(1, 100'000);
  ASSERT_TRUE(cursor_->lose({kept, stream_->end()}, Loss::drop_newest, {}, {}));
  stream_->let_go();
  EXPECT_TRUE(stream_->storage()->finish());
  EXPECT_EQ(stream_->durable_end(), kept + 10);
  restart();
  EXPECT_EQ(cursor_->held(stream_->end()), kept);
}

TEST_F(StorageTest, TheThreadEndsWhenNobodyMakesRoomAnyMore) {
  for (int i = 0; i < 60; ++i) append(1, 100'000);
  int calls = 0;
  const auto once = [&] { return ++calls == 1; };
  {
    StorageThread thread(clock_);
    thread.add(*stream_->storage());
    EXPECT_FALSE(thread.stop(once));
    EXPECT_EQ(calls, 2);
  }
  StorageThread thread(clock_);
  thread.add(*stream_->storage());
  EXPECT_TRUE(thread.stop([&] {
    lose_below(cursor_->mark() + cursor_->state().gaps.size() * 20 + 10);
    return true;
  }));
  EXPECT_EQ(stream_->durable_end(), 60U);
}

// Nobody is there yet who would write them.
TEST_F(StorageTest, ChunksDoNotWaitForCursorsThatAreBeingWritten) {
  Storage& storage = *stream_->storage();
  append(1);
  pass({});
  pass(Storage::save_wait);
  int asked = 0;
  storage.on_cursors([&] { ++asked; });
  settle(0, 1);
  pass({});
  pass(Storage::save_wait);
  EXPECT_EQ(asked, 1);
  EXPECT_LT(stream_->times_followed(), stream_->times_shown());
  append(1);
  pass({});
  pass(Storage::commit_wait);
  EXPECT_EQ(stream_->durable_end(), 2U);
  EXPECT_EQ(asked, 1) << "one save at a time";
  bool turn_is_due = false;
  storage.on_work([&] { turn_is_due = true; });
  storage.write_cursors();
  EXPECT_TRUE(turn_is_due);
  pass({});
  EXPECT_EQ(stream_->times_followed(), stream_->times_shown());
  restart();
  EXPECT_EQ(cursor_->held(stream_->end()), 1U);
}

// Else it would not miss what is lost at the beginning.
TEST_F(StorageTest, TheFirstChunkWaitsUntilEveryCursorIsSaved) {
  stream_->storage()->on_cursors([] {});
  pass({});
  pass(Storage::save_wait);
  append(1);
  pass({});
  EXPECT_EQ(pass(Storage::commit_wait), MonoTime::max()) << "the end of the save is a turn";
  EXPECT_EQ(stream_->durable_end(), 0U);
  stream_->storage()->write_cursors();
  pass({});
  EXPECT_EQ(stream_->durable_end(), 1U);
}

TEST_F(StorageTest, WhatWasLeftToWriteIsWrittenAtTheEnd) {
  append(1);
  pass({});
  pass(Storage::save_wait);
  stream_->storage()->on_cursors([] {});
  settle(0, 1);
  pass({});
  pass(Storage::save_wait);
  append(1);
  EXPECT_TRUE(stream_->storage()->finish());
  restart();
  EXPECT_EQ(cursor_->held(stream_->end()), 1U);
}

// While it is asked for, nothing that needs it may be committed.
TEST_F(StorageTest, TheEndWritesTheFirstSaveBeforeTheFirstCommit) {
  stream_->storage()->on_cursors([] {});
  pass({});
  pass(Storage::save_wait);
  append(1);
  pass({});
  pass(Storage::commit_wait);
  EXPECT_TRUE(stream_->storage()->finish());
  EXPECT_EQ(stream_->durable_end(), 1U);
}

TEST_F(StorageTest, CursorsThatCanNotBeWrittenAreTriedAgain) {
  Storage& storage = *stream_->storage();
  append(1);
  pass({});
  pass(Storage::save_wait);
  storage.on_cursors([&] { storage.write_cursors(); });
  settle(0, 1);
  pass({});
  files_->fail_sync = EIO;
  pass(Storage::save_wait);
  pass({});
  EXPECT_FALSE(storage.is_well());
  EXPECT_LT(stream_->times_followed(), stream_->times_shown());
  files_->fail_sync = 0;
  pass(seconds(2));
  pass({});
  EXPECT_TRUE(storage.is_well());
  EXPECT_EQ(stream_->times_followed(), stream_->times_shown());
}

TEST_F(StorageTest, TheThreadsCommitAndSaveSideBySide) {
  StorageThread threads(clock_);
  threads.add(*stream_->storage());
  threads.start();
  constexpr std::uint64_t rounds = 300;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    append(1, 10'000);
    if (round % 3 != 0) settle(cursor_->mark(), stream_->end());
    if (round % 50 == 0) {
      while (stream_->durable_end() < stream_->end()) std::this_thread::yield();
    }
  }
  EXPECT_TRUE(threads.stop());
  EXPECT_EQ(stream_->durable_end(), rounds);
  const std::uint64_t mark = cursor_->mark();
  restart();
  EXPECT_EQ(cursor_->mark(), mark);
  EXPECT_EQ(stream_->end(), rounds);
}

TEST_F(StorageTest, WhatCursorsLetGoOfIsFollowedWhenItHasMadeItsRoom) {
  for (int i = 0; i < 60; ++i) append(1, 100'000);
  for (int i = 0; i < 20; ++i) pass(Storage::commit_wait);
  ASSERT_NE(stream_->without_room_from(), UINT64_MAX);
  const std::uint64_t full = stream_->disk_bytes();
  lose_below(5);
  EXPECT_LT(stream_->times_followed(), stream_->times_shown());
  EXPECT_EQ(stream_->disk_bytes(), full);
  int calls = 0;
  bool there_was_room = false;
  stream_->storage()->on_room([&] {
    ++calls;
    there_was_room |= stream_->without_room_from() == UINT64_MAX;
    EXPECT_TRUE(stream_->times_followed() < stream_->times_shown() || stream_->disk_bytes() != full);
  });
  for (int i = 0; i < 5; ++i) pass(Storage::commit_wait);
  EXPECT_EQ(stream_->times_followed(), stream_->times_shown());
  EXPECT_TRUE(there_was_room);
  EXPECT_GE(calls, 2) << "it is used up again";
  EXPECT_NE(stream_->without_room_from(), UINT64_MAX);
}

TEST_F(StorageTest, ThatNothingWaitsForRoomAnyMoreIsTold) {
  std::uint64_t told = 0;
  stream_->storage()->on_room([&] { told = stream_->disk_bytes(); });
  pass({});
  pass(Storage::save_wait);  // the cursor's file has its place
  const std::uint64_t before = stream_->disk_bytes();
  files_->fail_allocate = ENOSPC;
  append(1);
  pass({});
  pass(Storage::commit_wait);
  EXPECT_NE(stream_->without_room_from(), UINT64_MAX);
  EXPECT_GE(told, Marks(stream_->disk_max()).soft) << "what waits makes it full";
  settle(0, 1);
  files_->fail_allocate = 0;
  for (int i = 0; i < 3; ++i) pass(seconds(3));
  EXPECT_LE(stream_->disk_bytes(), before + 4096);
  EXPECT_EQ(told, stream_->disk_bytes());
}

TEST_F(StorageTest, WhatIsBehindANumberIsCountedOnDiskAndInMemory) {
  for (int i = 0; i < 60; ++i) append(1, 100'000);
  for (int i = 0; i < 20; ++i) pass(Storage::commit_wait);
  const std::uint64_t on_disk = stream_->durable_end();
  ASSERT_LT(on_disk, 60U);
  EXPECT_LE(stream_->seq_after(0, 1'000'000), 12U);
  EXPECT_GE(stream_->seq_after(0, 1'000'000), 10U);
  const std::uint64_t behind = stream_->seq_after(0, on_disk * 100'000 + 500'000);
  EXPECT_GT(behind, on_disk) << "some of it is in memory only";
  EXPECT_LT(behind, 60U);
  EXPECT_EQ(stream_->seq_after(0, 100'000'000), 60U);
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

TEST_F(StorageTest, WhatIsKeptDoesntFillTheDisk) {
  keep_ = std::chrono::hours(24);
  stop();
  std::filesystem::remove_all(folder_);
  restart();
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t end = append(1, 100'000);
    pass(Storage::commit_wait);
    pass(Storage::commit_wait);
    settle(end - 1, end);
    pass(Storage::save_wait);
    ASSERT_EQ(stream_->without_room_from(), UINT64_MAX) << i;
  }
  EXPECT_GT(stream_->storage()->store().disk_bytes(), 5U << 19U);
  EXPECT_LT(stream_->disk_bytes(), 1U << 20U) << "what is kept counts as free";
  EXPECT_EQ(stream_->bytes_held(*cursor_), 0U);
  EXPECT_GT(stream_->disk_max(), 3U << 20U);
}

TEST_F(StorageTest, WhatIsTooOldGoesThoughNothingMoves) {
  keep_ = seconds(1);
  stop();
  restart();
  for (int i = 0; i < 4; ++i) append(1, 200'000);
  pass({});
  pass(Storage::commit_wait);
  settle(0, stream_->end());
  pass({});
  pass(Storage::save_wait);
  const std::size_t before = stream_->storage()->store().segments().size();
  ASSERT_GT(before, 1U);
  std::this_thread::sleep_for(keep_);
  EXPECT_LE(pass({}), now_ + Storage::aging_wait) << "nobody calls before";
  EXPECT_EQ(stream_->storage()->store().segments().size(), before);
  pass(Storage::aging_wait);
  EXPECT_EQ(stream_->storage()->store().segments().size(), 1U);
}

TEST_F(StorageTest, ANewSinkDoesntGetWhatIsKept) {
  keep_ = std::chrono::hours(24);
  stop();
  restart();
  append(5);
  pass({});
  pass(Storage::commit_wait);
  settle(0, 3);
  pass({});
  pass(Storage::save_wait);
  restart();
  EXPECT_EQ(stream_->open_cursor("new").mark(), 3U);
}

}  // namespace
}  // namespace towline::stream
