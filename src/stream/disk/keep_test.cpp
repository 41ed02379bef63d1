// Records that nobody needs any more, kept to be looked at: until they are too old, or their room is needed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "base/forwarding_file_system_test_support.hpp"
#include "base/linux_file_system.hpp"
#include "stream/disk/keepers.hpp"
#include "stream/disk/segment_format.hpp"
#include "stream/disk/store_test_support.hpp"

namespace towline::stream::disk {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t mib = 1U << 20U;
constexpr std::size_t chunk_bytes = 30'000;  // two fill a segment

class SettableClock final : public Clock {
 public:
  MonoTime now() const override { return MonoTime(hours(100)); }
  WallTime wall_now() const override { return wall; }
  WallTime wall{hours(24 * 365 * 50)};
};

// The real one, on a disk that is smaller than max_size.
class SmallDisk final : public ForwardingFileSystem {
 public:
  using ForwardingFileSystem::ForwardingFileSystem;
  int create(std::string_view name, File& file) override {
    const int error = ForwardingFileSystem::create(name, file);
    files += error == 0 && first_seq_of(name) ? 1 : 0;
    return error == 0 && files > files_max ? full(name, file) : error;
  }
  int remove(std::string_view name) override {
    const int error = ForwardingFileSystem::remove(name);
    files -= error == 0 && first_seq_of(name) ? 1 : 0;
    return error;
  }
  int space(Space& space) override {
    space = {free, size};
    return space_error;
  }
  int full(std::string_view name, File file) {
    close(file);
    remove(name);
    return ENOSPC;
  }
  int files = 0;
  int files_max = 1000;
  std::uint64_t size = 16 * mib;
  std::uint64_t free = 16 * mib;
  int space_error = 0;
};

class KeepTest : public testing::Test {
 protected:
  KeepTest() { open(hours(24)); }

  void open(Duration keep, std::uint64_t max_size = mib) {
    store_.reset();
    files_ = std::make_unique<LinuxFileSystem>(folder_.path().string());
    disk_ = std::make_unique<SmallDisk>(*files_);
    Store::Options options{"test", max_size, 64 << 10, Durability::process, keep};
    options.keepers = &keepers_;
    auto store = Store::open(std::move(options), *disk_, random_, clock_);
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
  }
  // One record; false: there is no room.
  bool commit(std::uint64_t seq) {
    const auto chunk = std::const_pointer_cast<record::Chunk>(chunk_of(seq, 1, chunk_bytes));
    chunk->received = clock_.wall_now();
    const std::vector<ChunkPtr> chunks{chunk};
    return store_->commit(chunks).end == seq + 1;
  }
  void release_below(std::uint64_t mark) {
    store_->release([mark](Range range) { return range.end > mark; });
  }
  std::vector<std::uint64_t> segments() const { return segments(*store_); }
  static std::vector<std::uint64_t> segments(const Store& store) {
    std::vector<std::uint64_t> first;
    for (const Store::SegmentInfo& segment : store.segments()) first.push_back(segment.range.begin);
    return first;
  }

  TemporaryFolder folder_;
  SeededRandom random_{5};
  SettableClock clock_;
  std::unique_ptr<LinuxFileSystem> files_;
  std::unique_ptr<SmallDisk> disk_;
  Keepers keepers_;
  std::unique_ptr<Store> store_;
};

TEST_F(KeepTest, without_it_what_nobody_needs_goes_at_once) {
  open(Duration::zero());
  for (std::uint64_t seq = 0; seq < 5; ++seq) ASSERT_TRUE(commit(seq));
  ASSERT_THAT(segments(), ElementsAre(0, 2, 4));
  release_below(5);
  EXPECT_THAT(segments(), ElementsAre(4)) << "the one that is written stays";
  EXPECT_EQ(store_->kept_bytes(), 0U);
  EXPECT_FALSE(store_->keeps());
}

TEST_F(KeepTest, it_goes_when_its_last_record_is_too_old) {
  for (std::uint64_t seq = 0; seq < 5; ++seq) {
    ASSERT_TRUE(commit(seq));
    clock_.wall += hours(1);
  }
  release_below(5);
  EXPECT_THAT(segments(), ElementsAre(0, 2, 4));
  clock_.wall += hours(20) - minutes(1);  // record 1 is four hours older
  release_below(5);
  EXPECT_THAT(segments(), ElementsAre(0, 2, 4));
  clock_.wall += minutes(1);
  release_below(5);
  EXPECT_THAT(segments(), ElementsAre(2, 4));
  clock_.wall += hours(2);
  release_below(3);
  EXPECT_THAT(segments(), ElementsAre(2, 4)) << "needed, whatever its age";
  release_below(5);
  EXPECT_THAT(segments(), ElementsAre(4));
  EXPECT_EQ(store_->kept_bytes(), 0U);
}

TEST_F(KeepTest, a_clock_that_was_wrong_keeps_nothing_for_ever) {
  ASSERT_TRUE(commit(0) && commit(1) && commit(2));
  clock_.wall -= hours(25);
  release_below(3);
  EXPECT_THAT(segments(), ElementsAre(2));
}

TEST_F(KeepTest, its_room_is_everybodys) {
  const std::uint64_t empty = store_->quota_left();
  std::uint64_t seq = 0;
  for (; seq < 200; ++seq) {
    ASSERT_TRUE(commit(seq)) << seq;
    release_below(seq);
    ASSERT_LE(store_->disk_bytes(), mib);
  }
  EXPECT_GT(store_->segments().size(), 8U) << "as much as there is room for is kept";
  EXPECT_GT(store_->quota_left() + 2 * (64 << 10), empty) << "and doesn't count as used";
  EXPECT_EQ(store_->segments().back().range.end, seq);
}

TEST_F(KeepTest, what_is_needed_never_makes_way) {
  std::uint64_t seq = 0;
  while (commit(seq)) {
    release_below(4);
    ++seq;
  }
  EXPECT_EQ(segments().front(), 4U) << "what was kept has gone";
  EXPECT_EQ(store_->kept_bytes(), 0U);
  EXPECT_GT(seq, 20U);
  release_below(6);
  EXPECT_TRUE(commit(seq));
  EXPECT_EQ(segments().front(), 6U);
}

TEST_F(KeepTest, a_disk_that_is_smaller_than_max_size_gets_its_room_too) {
  for (std::uint64_t seq = 0; seq < 7; ++seq) ASSERT_TRUE(commit(seq));
  release_below(7);
  ASSERT_THAT(segments(), ElementsAre(0, 2, 4, 6));
  disk_->files_max = 4;
  for (std::uint64_t seq = 7; seq < 11; ++seq) ASSERT_TRUE(commit(seq)) << seq;
  EXPECT_THAT(segments(), ElementsAre(4, 6, 8, 10));
}

TEST_F(KeepTest, a_disk_that_others_fill_gets_its_room_back) {
  for (std::uint64_t seq = 0; seq < 7; ++seq) ASSERT_TRUE(commit(seq));
  release_below(7);
  ASSERT_THAT(segments(), ElementsAre(0, 2, 4, 6));
  const std::uint64_t kept = store_->kept_bytes();
  disk_->free = mib;
  release_below(7);
  EXPECT_THAT(segments(), ElementsAre(0, 2, 4, 6)) << "a sixteenth is free";
  disk_->free = mib - kept / 3 - 1;
  release_below(7);
  EXPECT_THAT(segments(), ElementsAre(4, 6)) << "no more than what is lacking, the oldest first";
  EXPECT_EQ(store_->kept_bytes(), kept / 3);
  disk_->free = 0;
  ASSERT_TRUE(commit(7));
  EXPECT_THAT(segments(), ElementsAre(6)) << "what is needed stays";
  EXPECT_EQ(store_->kept_bytes(), 0U);
}

TEST_F(KeepTest, a_disk_that_does_not_say_how_full_it_is_keeps) {
  for (std::uint64_t seq = 0; seq < 3; ++seq) ASSERT_TRUE(commit(seq));
  disk_->free = 0;
  disk_->space_error = EIO;
  release_below(3);
  EXPECT_THAT(segments(), ElementsAre(0, 2));
}

TEST_F(KeepTest, the_oldest_of_all_streams_makes_way_for_any_of_them) {
  const TemporaryFolder folder;
  LinuxFileSystem files(folder.path().string());
  SmallDisk disk(files);
  Store::Options options{"other", mib, 64 << 10, Durability::process, hours(24)};
  options.keepers = &keepers_;
  auto other = std::move(*Store::open(std::move(options), disk, random_, clock_));
  const auto commit_to_other = [&](std::uint64_t seq) {
    const auto chunk = std::const_pointer_cast<record::Chunk>(chunk_of(seq, 1, chunk_bytes));
    chunk->received = clock_.wall_now();
    return other->commit(std::vector<ChunkPtr>{chunk}).end == seq + 1;
  };
  for (std::uint64_t seq = 0; seq < 5; ++seq) {
    ASSERT_TRUE(commit(seq) && commit_to_other(seq));
    clock_.wall += hours(1);
  }
  release_below(5);
  other->release([](Range) { return false; });
  const std::uint64_t file = store_->kept_bytes() / 2;
  disk_->free = disk.free = mib - 3 * file;
  release_below(5);
  EXPECT_THAT(segments(), ElementsAre(4));
  EXPECT_THAT(segments(*other), ElementsAre(2, 4)) << "three files, by their age";
  other.reset();
  disk_->free = 0;
  release_below(5);
  EXPECT_THAT(segments(), ElementsAre(4)) << "a stream that was closed is asked no more";
}

TEST(Keepers, leave_a_sixteenth_of_the_disk_free_or_a_little_less) {
  EXPECT_EQ(Keepers::free_wanted(160), 10U);
  EXPECT_EQ(Keepers::free_wanted(std::uint64_t{1} << 50U), Keepers::free_max);
}

TEST_F(KeepTest, the_next_run_keeps_it_and_gives_it_to_nobody) {
  for (std::uint64_t seq = 0; seq < 5; ++seq) ASSERT_TRUE(commit(seq));
  EXPECT_EQ(store_->first_needed(), 0U) << "there was no cursor";
  CursorState state;
  state.mark = 3;
  ASSERT_TRUE(store_->save("sink", state));
  open(hours(24));
  EXPECT_THAT(segments(), ElementsAre(0, 2, 4));
  EXPECT_EQ(store_->first_needed(), 3U);
  state.mark = 5;
  ASSERT_TRUE(store_->save("reader", state));
  open(hours(24));
  EXPECT_EQ(store_->first_needed(), 3U) << "of one that has another name now, what it held is still owed";
  clock_.wall += hours(24);
  release_below(5);
  EXPECT_THAT(segments(), IsEmpty()) << "of its age it knows from the file";
  EXPECT_EQ(store_->next_seq(), 5U);
}

}  // namespace
}  // namespace towline::stream::disk
