// What the store does when the disk fails while it is running. What was committed before survives each of these, also a
// power cut afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stream/disk/memory_files_test_support.hpp"
#include "stream/disk/segment_format.hpp"
#include "stream/disk/store_test_support.hpp"

namespace towline::stream::disk {
namespace {

using Op = MemoryFiles::Op;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t chunk_bytes = 2000;

class FaultsTest : public testing::Test {
 protected:
  std::unique_ptr<Store> open(std::uint64_t max_size = 1 << 20, Durability durability = Durability::power) {
    files_.forget_lock();
    return open_store(files_, random_, max_size, durability);
  }
  Store::Committed commit(Store& store, std::uint64_t first_seq, std::size_t count = 1) {
    return store.commit(chunks_of(count, first_seq, 10, chunk_bytes));
  }
  // Everything below `end` is there after a power cut, once.
  void expect_survives(std::unique_ptr<Store> store, std::uint64_t end) {
    files_.lose_power();
    store.reset();
    files_.heal();
    store = open();
    EXPECT_GE(store->next_seq(), end);
    const ReadBack back = read_all(*store);
    std::uint64_t next = 0;
    for (const ChunkPtr& chunk : back.chunks) {
      EXPECT_EQ(chunk->first_seq, next);
      EXPECT_TRUE(is_intact(*chunk, chunk_bytes));
      next = chunk->end_seq();
    }
    EXPECT_GE(next, end);
  }
  std::vector<std::string> segments() {
    std::vector<std::string> names;
    for (const auto& [name, node] : files_.nodes())
      if (first_seq_of(name)) names.push_back(name);
    return names;
  }

  MemoryFiles files_;
  SeededRandom random_{5};
};

TEST_F(FaultsTest, committed_is_durable) {
  auto store = open();
  EXPECT_EQ(commit(*store, 0, 3).end, 30U);
  EXPECT_EQ(commit(*store, 30, 50).end, 530U) << "over several files";
  EXPECT_GT(segments().size(), 1U);
  expect_survives(std::move(store), 530);
}

TEST_F(FaultsTest, one_sync_a_commit) {
  const auto store = open();
  commit(*store, 0);
  const int before = files_.calls(Op::sync);
  commit(*store, 10, 10);
  EXPECT_EQ(files_.calls(Op::sync), before + 1);
}

TEST_F(FaultsTest, durability_process_never_syncs) {
  {
    const auto store = open(1 << 20, Durability::process);
    EXPECT_EQ(commit(*store, 0, 50).end, 500U);
    EXPECT_TRUE(store->save("sink", {}));
  }
  files_.bytes(segments().back()).append("torn");
  const auto store = open(1 << 20, Durability::process);
  EXPECT_EQ(read_all(*store).records(), 500U);
  EXPECT_EQ(files_.calls(Op::sync), 0);
  EXPECT_EQ(files_.calls(Op::sync_folder), 0);
}

TEST_F(FaultsTest, after_a_failed_sync_the_records_go_to_a_new_file) {
  auto store = open();
  ASSERT_EQ(commit(*store, 0).end, 10U);
  files_.fail(Op::sync, EIO);
  const Store::Committed done = commit(*store, 10, 2);
  EXPECT_EQ(done.end, 30U);
  EXPECT_EQ(done.error, 0);
  EXPECT_EQ(store->sync_errors(), 1U);
  EXPECT_THAT(segments(), ElementsAre(segment_name(0), segment_name(10)));
  EXPECT_EQ(read_all(*store).records(), 30U) << "each once";
  expect_survives(std::move(store), 30);
}

TEST_F(FaultsTest, the_first_sync_of_a_file_can_fail_too) {
  auto store = open();
  files_.fail(Op::sync, EIO);
  EXPECT_EQ(commit(*store, 0).end, 10U);
  EXPECT_THAT(segments(), ElementsAre(segment_name(0)));
  expect_survives(std::move(store), 10);
}

TEST_F(FaultsTest, a_folder_that_does_not_sync_is_no_success) {
  auto store = open();
  files_.fail(Op::sync_folder, EIO, 0, 2);
  EXPECT_EQ(commit(*store, 0).error, EIO);
  files_.heal();
  EXPECT_EQ(commit(*store, 0).end, 10U);
  expect_survives(std::move(store), 10);
}

TEST_F(FaultsTest, when_syncs_fail_always_nothing_is_acknowledged_and_nothing_is_left_behind) {
  auto store = open();
  ASSERT_EQ(commit(*store, 0).end, 10U);
  files_.fail(Op::sync, EIO, 0, 1000);
  for (int attempt = 0; attempt < 20; ++attempt) {
    const Store::Committed done = commit(*store, 10);
    EXPECT_EQ(done.end, 0U);
    EXPECT_EQ(done.error, EIO);
  }
  EXPECT_EQ(store->sync_errors(), 40U);
  EXPECT_THAT(segments(), ElementsAre(segment_name(0)));
  EXPECT_EQ(read_all(*store).records(), 10U);
  const std::uint64_t used = store->disk_bytes();
  files_.heal();
  EXPECT_EQ(commit(*store, 10).end, 20U);
  EXPECT_GT(store->disk_bytes(), used) << "nothing was left charged";
  expect_survives(std::move(store), 20);
}

TEST_F(FaultsTest, what_was_committed_before_in_the_same_call_is_told) {
  auto store = open();
  files_.fail(Op::sync, EIO, 2, 1000);  // the first two files are good
  const Store::Committed done = commit(*store, 0, 100);
  EXPECT_GT(done.end, 0U);
  EXPECT_LT(done.end, 1000U);
  EXPECT_EQ(done.error, EIO);
  expect_survives(std::move(store), done.end);
}

TEST_F(FaultsTest, after_a_short_write_the_file_is_cut_back) {
  for (const int error : {EIO, ENOSPC}) {
    files_.delete_folder();
    auto store = open();
    ASSERT_EQ(commit(*store, 0).end, 10U);
    const std::size_t good = files_.bytes(segment_name(0)).size();
    files_.fail(Op::write, error);
    const Store::Committed done = commit(*store, 10);
    EXPECT_EQ(done.end, error == EIO ? 20U : 0U) << "a new file helps against one of them";
    EXPECT_EQ(done.error, error == EIO ? 0 : ENOSPC);
    EXPECT_EQ(files_.bytes(segment_name(0)).size(), good);
    if (done.error != 0) {
      EXPECT_EQ(commit(*store, 10).end, 20U);
    }
    expect_survives(std::move(store), 20);
  }
}

TEST_F(FaultsTest, a_file_that_can_not_be_cut_back_is_left_and_does_no_harm) {
  auto store = open();
  ASSERT_EQ(commit(*store, 0).end, 10U);
  files_.fail(Op::write, EIO);
  files_.fail(Op::truncate, EIO);
  EXPECT_EQ(commit(*store, 10).end, 20U);
  EXPECT_EQ(read_all(*store).records(), 20U);
  expect_survives(std::move(store), 20);
}

TEST_F(FaultsTest, files_whose_removal_fails_do_not_get_in_the_way) {
  auto store = open();
  files_.fail(Op::sync, EIO, 0, 2);
  files_.fail(Op::remove, EIO);
  EXPECT_EQ(commit(*store, 0).end, 0U);
  files_.heal();
  EXPECT_EQ(commit(*store, 0).end, 10U);
  EXPECT_THAT(segments(), ElementsAre(segment_name(0)));
  expect_survives(std::move(store), 10);
}

TEST_F(FaultsTest, a_full_disk_shows_before_anything_is_written) {
  auto store = open();
  ASSERT_EQ(commit(*store, 0).end, 10U);
  files_.limit_space(20'000);
  std::uint64_t end = 10;
  for (Store::Committed done; done.error == 0;) {
    done = commit(*store, end);
    EXPECT_TRUE(done.error == 0 || done.error == ENOSPC);
    end = std::max(end, done.end);
  }
  for (const std::string& name : segments()) EXPECT_GT(files_.bytes(name).size(), segment_header_bytes);
  files_.limit_space(1 << 20);
  EXPECT_EQ(commit(*store, end).end, end + 10) << "as soon as there is room";
  expect_survives(std::move(store), end + 10);
}

TEST_F(FaultsTest, file_systems_that_reserve_nothing_will_do) {
  files_.fail(Op::allocate, EOPNOTSUPP, 0, 1000);
  auto store = open();
  EXPECT_EQ(commit(*store, 0, 50).end, 500U);
  EXPECT_TRUE(store->save("sink", {}));
  expect_survives(std::move(store), 500);
}

TEST_F(FaultsTest, a_deleted_folder_is_made_again) {
  auto store = open();
  ASSERT_EQ(commit(*store, 0).end, 10U);
  ASSERT_TRUE(store->save("sink", {}));
  const std::uint64_t used = store->disk_bytes();
  files_.delete_folder();
  EXPECT_EQ(commit(*store, 10).end, 20U);
  EXPECT_TRUE(store->save("sink", {}));
  EXPECT_TRUE(files_.nodes().contains("LOCK"));
  EXPECT_TRUE(files_.nodes().contains("stream"));
  const ReadBack back = read_all(*store);
  EXPECT_EQ(back.records(), 10U);
  EXPECT_THAT(back.damaged, ElementsAre(Range{0, 10})) << "what was in it is lost, and that is said";
  store->release([](Range range) { return range.end > 10; });
  EXPECT_LE(store->disk_bytes(), used);

  files_.delete_folder();
  EXPECT_TRUE(store->save("sink", {})) << "a checkpoint makes it, too";
}

TEST_F(FaultsTest, a_checkpoint_that_fails_leaves_the_last_one) {
  CursorState first;
  first.mark = 1;
  CursorState second;
  second.mark = 2;
  for (const Op op : {Op::write, Op::sync}) {
    files_.delete_folder();
    auto store = open();
    ASSERT_TRUE(store->save("sink", first));
    files_.fail(op, EIO, 0, 1000);
    EXPECT_FALSE(store->save("sink", second));
    files_.lose_power();
    store.reset();
    files_.heal();
    EXPECT_EQ(open()->cursor("sink"), first);
  }
}

TEST_F(FaultsTest, a_checkpoint_file_that_fails_is_replaced) {
  CursorState state;
  auto store = open();
  for (state.mark = 1; state.mark <= 3; ++state.mark) ASSERT_TRUE(store->save("sink", state));
  files_.fail(Op::sync, EIO, 0, 2);  // the old file, and the new one
  EXPECT_FALSE(store->save("sink", state));
  for (; state.mark < 8; ++state.mark) EXPECT_TRUE(store->save("sink", state));
  const std::uint64_t used = store->disk_bytes();
  EXPECT_TRUE(store->save("sink", state));
  EXPECT_EQ(store->disk_bytes(), used);
  files_.lose_power();
  store.reset();
  files_.heal();
  EXPECT_EQ(open()->cursor("sink"), state);
}

TEST_F(FaultsTest, a_checkpoint_is_one_sync) {
  const auto store = open();
  ASSERT_TRUE(store->save("sink", {}));
  const int syncs = files_.calls(Op::sync);
  const int folder_syncs = files_.calls(Op::sync_folder);
  ASSERT_TRUE(store->save("sink", {}));
  EXPECT_EQ(files_.calls(Op::sync), syncs + 1);
  EXPECT_EQ(files_.calls(Op::sync_folder), folder_syncs);
}

TEST_F(FaultsTest, checkpoints_have_room_when_the_quota_is_used_up) {
  const auto store = open();
  std::uint64_t end = 0;
  for (Store::Committed done; done.error == 0; end = std::max(end, done.end)) done = commit(*store, end);
  EXPECT_LT(store->quota_left(), 3000U);
  for (const char* sink : {"a", "b", "c", "d"}) EXPECT_TRUE(store->save(sink, {}));
  EXPECT_LE(store->disk_bytes(), 1U << 20U);
}

TEST_F(FaultsTest, a_file_that_can_not_be_released_is_released_later) {
  const auto store = open();
  commit(*store, 0, 100);
  const std::size_t files = store->segments().size();
  files_.fail(Op::remove, EIO);
  store->release([](Range) { return false; });
  EXPECT_EQ(store->segments().size(), 2U);
  store->release([](Range) { return false; });
  EXPECT_EQ(store->segments().size(), 1U);
  EXPECT_GT(files, 2U);
}

TEST_F(FaultsTest, a_read_that_fails_once_costs_nothing) {
  const auto store = open();
  commit(*store, 0, 5);
  const int before = files_.calls(Op::read);
  EXPECT_EQ(read_all(*store).records(), 50U);
  const int reads = files_.calls(Op::read) - before;
  for (int call = 0; call < reads; ++call) {
    files_.fail(Op::read, EIO, call);
    EXPECT_EQ(read_all(*store).records(), 50U) << call;
  }
}

TEST_F(FaultsTest, reads_that_fail_always_are_damage_and_come_to_an_end) {
  const auto store = open();
  commit(*store, 0, 5);
  files_.fail(Op::read, EIO, 0, 1'000'000);
  const ReadBack back = read_all(*store);
  EXPECT_EQ(back.records(), 0U);
  EXPECT_EQ(back.records_damaged(), 50U);
}

TEST_F(FaultsTest, a_file_that_can_not_be_opened_for_now_is_no_loss) {
  const auto store = open();
  commit(*store, 0, 5);
  for (const int error : {EMFILE, ENFILE, EACCES, ENOMEM}) {
    files_.fail(Op::open, error);
    const auto found = store->reader()->read(0);
    EXPECT_EQ(found.chunk, nullptr);
    EXPECT_EQ(found.damaged.size(), 0U);
    EXPECT_TRUE(found.try_again);
  }
  EXPECT_EQ(read_all(*store).records(), 50U);
}

TEST_F(FaultsTest, a_start_without_descriptors_judges_nobody) {
  { commit(*open(), 0, 5); }
  const StillClock clock;
  int failed = 0;
  for (int call = 0; call < 20; ++call) {
    files_.forget_lock();
    files_.fail(Op::open, EMFILE, call);
    const auto store = Store::open({"test", 1 << 20, 1 << 20}, files_, random_, clock);
    if (!store) ++failed;
    files_.heal();
    EXPECT_THAT(segments(), ElementsAre(segment_name(0)));
  }
  EXPECT_GT(failed, 0);
  EXPECT_EQ(read_all(*open()).records(), 50U);
}

// Whatever call of the recovery fails: it comes to an end, and the next start finds everything.
TEST_F(FaultsTest, every_call_of_a_start_may_fail) {
  { commit(*open(), 0, 100); }
  files_.bytes(segments().back()).append("torn");
  const auto pristine = files_.contents();
  for (const Op op :
       {Op::open, Op::read, Op::write, Op::sync, Op::sync_folder, Op::truncate, Op::create, Op::remove, Op::rename})
    for (int call = 0; call < 30; ++call) {
      files_.restore(pristine);
      files_.forget_lock();
      files_.fail(op, EROFS, call, call % 2 == 0 ? 1 : 1000);
      const StillClock clock;
      { const auto store = Store::open({"test", 1 << 20, 1 << 20}, files_, random_, clock); }
      files_.heal();
      const auto store = open();
      if (op != Op::open && op != Op::read) {
        EXPECT_EQ(read_all(*store).records(), 1000U) << call;
      }
      EXPECT_EQ(commit(*store, store->next_seq()).error, 0);
    }
}

}  // namespace
}  // namespace towline::stream::disk
