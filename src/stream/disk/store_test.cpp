// The store on a real disk, when all goes well.
#include "stream/disk/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <thread>

#include "base/linux_file_system.hpp"
#include "stream/disk/store_test_support.hpp"

namespace towline::stream::disk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class StoreTest : public testing::Test {
 protected:
  std::unique_ptr<Store> open(std::uint64_t max_size = 64U << 20U, Durability durability = Durability::power) {
    files_ = std::make_unique<LinuxFileSystem>(folder_.path().string());
    return open_store(*files_, random_, max_size, durability);
  }

  TemporaryFolder folder_;
  SeededRandom random_{1};
  std::unique_ptr<LinuxFileSystem> files_;
};

TEST_F(StoreTest, a_new_one_is_empty) {
  const auto store = open();
  EXPECT_EQ(store->next_seq(), 0U);
  EXPECT_THAT(store->present(), ElementsAre());
  EXPECT_EQ(store->cursor("sink"), std::nullopt);
  EXPECT_EQ(store->uuid().size(), 32U);
  EXPECT_EQ(store->reader()->read(0).chunk, nullptr);
}

TEST_F(StoreTest, what_was_committed_is_there_in_the_next_run) {
  std::string uuid;
  std::uint64_t epoch = 0;
  {
    const auto store = open();
    uuid = store->uuid();
    epoch = store->epoch();
    const auto chunks = chunks_of(3, 0, 10, 1000);
    const Store::Committed done = store->commit(chunks);
    EXPECT_EQ(done.end, 30U);
    EXPECT_EQ(done.error, 0);
    EXPECT_EQ(read_all(*store).records(), 30U);
  }
  const auto store = open();
  EXPECT_EQ(store->uuid(), uuid);
  EXPECT_NE(store->epoch(), epoch);
  EXPECT_EQ(store->next_seq(), 30U);
  EXPECT_THAT(store->present(), ElementsAre(Range{0, 30}));
  const ReadBack back = read_all(*store);
  ASSERT_EQ(back.chunks.size(), 3U);
  EXPECT_EQ(back.records_damaged(), 0U);
  for (const ChunkPtr& chunk : back.chunks) EXPECT_TRUE(is_intact(*chunk, 1000));
}

TEST_F(StoreTest, every_part_of_a_chunk_survives) {
  record::Chunk packed;
  packed.first_seq = 5;
  packed.epoch = 0xFEDCBA9876543210U;
  packed.records = 2;
  packed.plain_bytes = 77;
  packed.received = StillClock().wall_now() - std::chrono::seconds(3);
  packed.dead_letter_reason = "oversized";
  packed.packed = {"not really deflate, nobody looks", 0x12345678U, 77};
  {
    const auto store = open();
    const std::vector<ChunkPtr> chunks{std::make_shared<record::Chunk>(std::move(packed)), chunk_of(9, 1, 50)};
    EXPECT_EQ(store->commit(chunks).end, 10U);
  }
  const auto store = open();
  EXPECT_THAT(store->present(), ElementsAre(Range{5, 7}, Range{9, 10}));
  const ReadBack back = read_all(*store);
  ASSERT_EQ(back.chunks.size(), 2U);
  const record::Chunk& chunk = *back.chunks.front();
  EXPECT_EQ(chunk.first_seq, 5U);
  EXPECT_EQ(chunk.epoch, 0xFEDCBA9876543210U);
  EXPECT_EQ(chunk.records, 2U);
  EXPECT_EQ(chunk.plain_bytes, 77U);
  EXPECT_EQ(chunk.dead_letter_reason, "oversized");
  EXPECT_EQ(chunk.packed.deflate, "not really deflate, nobody looks");
  EXPECT_EQ(chunk.packed.crc, 0x12345678U);
  EXPECT_EQ(chunk.packed.plain_bytes, 77U);
  EXPECT_TRUE(chunk.plain.empty());
  EXPECT_EQ(chunk.received, StillClock().wall_now() - std::chrono::seconds(3));
  EXPECT_EQ(chunk.oldest, StillClock().now() - std::chrono::seconds(3));
  EXPECT_TRUE(back.damaged.empty()) << "numbers that were never given are no damage";
}

TEST_F(StoreTest, a_chunk_from_the_future_is_not_older_than_now) {
  const auto store = open();
  auto chunk = std::make_shared<record::Chunk>();
  chunk->records = 1;
  chunk->plain = "{}\n";
  chunk->received = StillClock().wall_now() + std::chrono::hours(1);
  EXPECT_EQ(store->commit(std::vector<ChunkPtr>{chunk}).end, 1U);
  EXPECT_EQ(store->reader()->read(0).chunk->oldest, StillClock().now());
}

TEST_F(StoreTest, segments_are_closed_when_they_are_full_and_released_when_nobody_needs_them) {
  const auto store = open(1 << 20);  // segments of 64 KiB
  const auto chunks = chunks_of(40, 0, 1, 8 * 1024);
  ASSERT_EQ(store->commit(chunks).end, 40U);
  const auto segments = store->segments();
  ASSERT_GT(segments.size(), 4U);
  EXPECT_EQ(segments.front().range.begin, 0U);
  EXPECT_EQ(segments.back().range.end, 40U);
  const std::uint64_t before = store->disk_bytes();

  const std::uint64_t mark = segments[2].range.end;
  store->release([&](Range range) { return range.end > mark; });
  EXPECT_EQ(store->segments().size(), segments.size() - 3);
  EXPECT_LT(store->disk_bytes(), before);
  const auto reader = store->reader();
  EXPECT_EQ(reader->read(mark).chunk->first_seq, mark);
  EXPECT_EQ(reader->read(0).chunk->first_seq, mark) << "the first one behind it";

  store->release([](Range) { return false; });
  EXPECT_EQ(store->segments().size(), 1U) << "the one that is written stays";
}

TEST_F(StoreTest, a_chunk_larger_than_a_segment_gets_its_own) {
  const auto store = open(1 << 20);
  const std::vector<ChunkPtr> chunks{chunk_of(0, 1, 100), chunk_of(1, 1, 300'000), chunk_of(2, 1, 100)};
  EXPECT_EQ(store->commit(chunks).end, 3U);
  EXPECT_EQ(read_all(*store).records(), 3U);
}

TEST_F(StoreTest, a_chunk_that_can_never_fit_is_told_apart_from_a_full_disk) {
  const auto store = open(1 << 20);
  const Store::Committed too_large = store->commit(std::vector<ChunkPtr>{chunk_of(0, 1, 100), chunk_of(1, 1, 1 << 20)});
  EXPECT_EQ(too_large.end, 1U);
  EXPECT_EQ(too_large.error, EFBIG);
  const Store::Committed full = store->commit(chunks_of(40, 2, 1, 30'000));
  EXPECT_EQ(full.error, ENOSPC);
  EXPECT_GT(full.end, 20U) << "what fits is stored";
  store->release([](Range) { return false; });
  EXPECT_EQ(store->commit(chunks_of(1, full.end, 1, 30'000)).error, 0);
}

TEST_F(StoreTest, when_all_room_is_one_file_it_can_still_be_given_back) {
  const auto store = open(1 << 20);
  ASSERT_EQ(store->commit(chunks_of(1, 0, 1, 800'000)).error, 0);
  EXPECT_EQ(store->commit(chunks_of(1, 1, 1, 800'000)).error, ENOSPC);
  store->release([](Range range) { return range.end > 1; });
  EXPECT_EQ(store->commit(chunks_of(1, 1, 1, 800'000)).error, 0);
}

TEST_F(StoreTest, checkpoints_survive) {
  CursorState state;
  state.mark = 10;
  state.settled = {{12, 14}, {20, 30}};
  state.gaps = {{{14, 20}, Loss::drop_oldest, WallTime(std::chrono::seconds(1)), WallTime(std::chrono::seconds(2))}};
  state.totals = {8, {{"http_400", 3}}, {{"drop_oldest", 6}, {"damaged", 1}}};
  {
    const auto store = open();
    EXPECT_TRUE(store->save("a", {}));
    EXPECT_TRUE(store->save("b-2_X", state));
    state.mark = 11;
    EXPECT_TRUE(store->save("b-2_X", state));
  }
  const auto store = open();
  EXPECT_EQ(store->cursor("a"), CursorState());
  EXPECT_EQ(store->cursor("b-2_X"), state);
  EXPECT_EQ(store->cursor("c"), std::nullopt);
  EXPECT_EQ(store->next_seq(), 30U) << "behind what any cursor has settled, also without a log";
}

TEST_F(StoreTest, only_one_process_has_the_folder) {
  const auto store = open();
  LinuxFileSystem others(folder_.path().string());
  const StillClock clock;
  const auto second = Store::open({"app", 1 << 20, 1 << 20}, others, random_, clock);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(getpid())));
  EXPECT_THAT(second.error().message, HasSubstr("app"));
}

TEST_F(StoreTest, a_folder_that_can_not_be_made_is_an_error) {
  std::ofstream(folder_.path()) << "a file";
  LinuxFileSystem files(folder_.path().string());
  const StillClock clock;
  const auto store = Store::open({"app", 1 << 20, 1 << 20}, files, random_, clock);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("can't be used"));
}

TEST_F(StoreTest, readers_follow_the_writer) {
  const auto store = open(1 << 20, Durability::process);
  constexpr std::uint64_t last = 2000;
  std::atomic<std::uint64_t> passed{0};
  std::thread follower([&] {
    const auto reader = store->reader();
    while (passed < last) {
      const auto found = reader->read(passed);
      ASSERT_EQ(found.damaged, Range{});
      if (found.chunk == nullptr) continue;
      ASSERT_EQ(found.chunk->first_seq, passed);
      ASSERT_TRUE(is_intact(*found.chunk, 2000));
      passed = found.chunk->end_seq();
    }
  });
  for (std::uint64_t seq = 0; seq < last;) {
    const Store::Committed done = store->commit(chunks_of(1, seq, 2, 2000));
    if (done.error == 0) seq = done.end;
    store->release([&](Range range) { return range.end > passed; });
  }
  follower.join();
}

TEST_F(StoreTest, a_reader_goes_back_when_it_is_asked_to) {
  const auto store = open(1 << 20);
  ASSERT_EQ(store->commit(chunks_of(100, 0, 2, 2000)).end, 200U);
  const auto reader = store->reader();
  for (const std::uint64_t seq : {150U, 3U, 2U, 4U, 4U, 5U, 199U, 0U, 1U, 2U}) {
    const auto found = reader->read(seq);
    ASSERT_NE(found.chunk, nullptr);
    EXPECT_EQ(found.chunk->first_seq, seq / 2 * 2);
  }
}

}  // namespace
}  // namespace towline::stream::disk
