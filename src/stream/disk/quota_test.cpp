// max_size is obeyed to the byte, by the measure of `du`, at every instant.
#include "stream/disk/quota.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "base/linux_file_system.hpp"
#include "stream/disk/segment_format.hpp"
#include "stream/disk/store_test_support.hpp"

namespace towline::stream::disk {
namespace {

constexpr std::uint64_t mib = 1 << 20;

TEST(Quota, counts_by_the_block) {
  EXPECT_EQ(Quota::cost(0), 0U);
  EXPECT_EQ(Quota::cost(1), 4096U);
  EXPECT_EQ(Quota::cost(16384), 16384U);
  EXPECT_EQ(Quota::cost(16385), 24576U) << "a file in many pieces needs a map";
}

TEST(Quota, segments_leave_room_for_checkpoints) {
  Quota quota(mib);
  const std::uint64_t all = quota.room(Quota::Part::cursors);
  EXPECT_EQ(quota.used() + all, mib);
  EXPECT_EQ(quota.room(Quota::Part::segments), all - mib / 16);
  quota.charge(Quota::Part::cursors, 8192);
  EXPECT_EQ(quota.room(Quota::Part::segments), all - mib / 16) << "it was theirs before";
  quota.charge(Quota::Part::segments, 2 * mib);
  EXPECT_EQ(quota.room(Quota::Part::cursors), 0U) << "max_size was larger once";
  EXPECT_GT(quota.room_for_all_segments(), 2 * mib - 1);
}

// As `du -s --block-size=1`.
std::uint64_t du(const std::filesystem::path& folder) {
  std::uint64_t sum = 0;
  const auto add = [&](const std::filesystem::path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0) sum += static_cast<std::uint64_t>(status.st_blocks) * 512;
  };
  add(folder);
  std::error_code error;  // files come and go
  for (std::filesystem::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    add(entry->path());
  return sum;
}

class QuotaOnDisk : public testing::TestWithParam<std::uint64_t> {};

TEST_P(QuotaOnDisk, is_never_exceeded) {
  const std::uint64_t max_size = GetParam();
  const TemporaryFolder folder;
  SeededRandom random(11);
  std::atomic<bool> stop{false};
  std::uint64_t highest = 0;
  std::thread sampler([&] {
    while (!stop) highest = std::max(highest, du(folder.path()));
  });
  std::uint64_t seq = 0;
  std::uint64_t full = 0;
  for (int run = 0; run < 4; ++run) {
    LinuxFileSystem files(folder.path().string());
    const auto store = open_store(files, random, max_size, Durability::process);
    for (int i = 0; i < 150; ++i) {
      const Store::Committed done = store->commit(chunks_of(3, seq, 1, 100 + random.below(max_size / 20)));
      seq = std::max(seq, done.end);
      EXPECT_LE(store->disk_bytes(), max_size);
      EXPECT_LE(du(folder.path()), store->disk_bytes());
      if (done.error == 0) continue;
      ++full;
      for (const char* sink : {"a", "b", "c"}) EXPECT_TRUE(store->save(sink, {}));
      const std::uint64_t keep = random.below(seq + 1);
      store->release([&](Range range) { return range.end > keep; });
    }
    std::ofstream(folder.path() / segment_name(seq + 1000)) << std::string(max_size / 20, 'x');
  }
  stop = true;
  sampler.join();
  EXPECT_LE(highest, max_size);
  EXPECT_GT(highest, max_size / 2);
  EXPECT_GT(full, 3U);
}

INSTANTIATE_TEST_SUITE_P(Sizes, QuotaOnDisk, testing::Values(mib, 3 * mib));

}  // namespace
}  // namespace towline::stream::disk
