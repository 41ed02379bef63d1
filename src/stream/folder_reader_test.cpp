#include "stream/folder_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/linux_file_system.hpp"
#include "stream/disk/segment_format.hpp"
#include "stream/disk/store_test_support.hpp"

namespace towline::stream {
namespace {

using disk::chunks_of;
using testing::ElementsAre;
using testing::IsEmpty;

class FolderReaderTest : public testing::Test {
 protected:
  FolderReaderTest() { restart(); }

  void restart() {
    store_.reset();
    files_ = std::make_unique<LinuxFileSystem>(path());
    store_ = disk::open_store(*files_, random_, 1U << 20U, Durability::process);
  }
  std::string path() const { return folder_.path().string(); }
  void commit(std::uint64_t first_seq, std::size_t chunks = 1, std::size_t bytes = 1000) {
    ASSERT_EQ(store_->commit(chunks_of(chunks, first_seq, 1, bytes)).error, 0);
  }
  std::vector<std::filesystem::path> segments() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(path())) {
      if (entry.path().extension() == ".seg") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
  }
  static std::vector<std::uint64_t> read(FolderReader& reader) {
    std::vector<std::uint64_t> numbers;
    while (const std::optional<record::Chunk> chunk = reader.next()) {
      EXPECT_TRUE(disk::is_intact(*chunk, 1000));
      numbers.push_back(chunk->first_seq);
    }
    return numbers;
  }

  disk::TemporaryFolder folder_;
  SeededRandom random_{3};
  std::unique_ptr<LinuxFileSystem> files_;
  std::unique_ptr<Store> store_;
};

// Opened as `towline logs` does it.
class Along {
 public:
  explicit Along(const std::string& path, WallTime since = {})
      : files_(path, LinuxFileSystem::Access::read_only), reader_(files_, since) {
    EXPECT_EQ(files_.make_folder({}), 0);
  }
  FolderReader& operator*() { return reader_; }

 private:
  LinuxFileSystem files_;
  FolderReader reader_;
};

TEST_F(FolderReaderTest, reads_while_the_owner_writes) {
  Along along(path());
  EXPECT_THAT(read(*along), IsEmpty());
  commit(0, 2);
  EXPECT_THAT(read(*along), ElementsAre(0, 1));
  EXPECT_THAT(read(*along), IsEmpty());
  commit(2);
  EXPECT_THAT(read(*along), ElementsAre(2));
}

TEST_F(FolderReaderTest, goes_on_in_the_next_segment_and_the_next_run) {
  Along along(path());
  std::vector<std::uint64_t> expected;
  std::vector<std::uint64_t> found;
  for (std::uint64_t seq = 0; seq < 200; ++seq) {
    if (seq % 50 == 0) restart();
    commit(seq);
    expected.push_back(seq);
    if (seq % 7 == 0) std::ranges::copy(read(*along), std::back_inserter(found));
  }
  std::ranges::copy(read(*along), std::back_inserter(found));
  EXPECT_EQ(found, expected);
  EXPECT_GT(segments().size(), 3U);
  EXPECT_EQ((*along).damaged(), 0U);
}

TEST_F(FolderReaderTest, segments_may_vanish) {
  Along along(path());
  commit(0, 200);
  ASSERT_GT(segments().size(), 2U);
  ASSERT_TRUE((*along).next());
  for (const auto& file : segments()) {
    if (file != segments().back()) std::filesystem::remove(file);
  }
  const std::vector<std::uint64_t> rest = read(*along);
  ASSERT_FALSE(rest.empty());
  EXPECT_EQ(rest.back(), 199U) << "the last file is still there";
  EXPECT_EQ(rest.front(), 1U) << "the open one can be read on";
  std::filesystem::remove_all(path());
  EXPECT_THAT(read(*along), IsEmpty());
}

TEST_F(FolderReaderTest, a_chunk_that_is_being_written_comes_when_it_is_whole) {
  commit(0, 2);
  store_.reset();
  const auto file = segments().front();
  std::string whole(std::filesystem::file_size(file), '\0');
  std::ifstream(file, std::ios::binary).read(whole.data(), static_cast<std::streamsize>(whole.size()));
  Along along(path());
  std::vector<std::uint64_t> found;
  for (std::size_t size = 0; size <= whole.size(); size += 100) {
    std::ofstream(file, std::ios::binary | std::ios::trunc).write(whole.data(), static_cast<std::streamsize>(size));
    std::ranges::copy(read(*along), std::back_inserter(found));
  }
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(whole.data(), static_cast<std::streamsize>(whole.size()));
  std::ranges::copy(read(*along), std::back_inserter(found));
  EXPECT_THAT(found, ElementsAre(0, 1));
  EXPECT_EQ((*along).damaged(), 0U);
}

// Chunks begin at multiples of eight: what fills the room between them may come later than the chunk in front of it.
TEST_F(FolderReaderTest, a_file_that_ends_between_two_chunks_is_read_on) {
  for (std::size_t bytes = 1000; bytes < 1000 + disk::alignment; ++bytes) commit(bytes - 1000, 1, bytes);
  store_.reset();
  const auto file = segments().front();
  std::string whole(std::filesystem::file_size(file), '\0');
  std::ifstream(file, std::ios::binary).read(whole.data(), static_cast<std::streamsize>(whole.size()));
  Along along(path());
  std::uint64_t found = 0;
  int ends_between = 0;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    if (size > 0) std::ofstream(file, std::ios::binary | std::ios::app) << whole[size - 1];
    if (size == 0) std::ofstream(file, std::ios::binary | std::ios::trunc);
    while (const std::optional<record::Chunk> chunk = (*along).next()) {
      EXPECT_EQ(chunk->first_seq, found++);
      ends_between += size % disk::alignment != 0 ? 1 : 0;
    }
  }
  EXPECT_EQ(found, disk::alignment);
  EXPECT_GT(ends_between, 4);
  EXPECT_EQ((*along).damaged(), 0U);
}

TEST_F(FolderReaderTest, damage_costs_its_chunk) {
  commit(0, 3);
  store_.reset();
  std::fstream file(segments().front(), std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(disk::segment_header_bytes + disk::chunk_header_bytes + 10);
  file.put('\xFE');
  file.close();
  Along along(path());
  EXPECT_THAT(read(*along), ElementsAre(1, 2));
  EXPECT_EQ((*along).damaged(), 1U);
}

TEST_F(FolderReaderTest, what_a_later_segment_has_too_counts_there) {
  commit(0, 4);
  store_.reset();
  // As after a failed sync: the numbers from 2 on were written again.
  const auto other = std::filesystem::path(path()) / disk::segment_name(2);
  std::filesystem::copy_file(segments().front(), other);
  Along along(path());
  EXPECT_THAT(read(*along), ElementsAre(0, 1))
      << "a file with another number in its header isn't ours, but its name counts";
}

TEST_F(FolderReaderTest, what_was_received_too_early_is_passed_over) {
  commit(0, 3);
  const WallTime received = disk::StillClock().wall_now() - std::chrono::seconds(3);
  Along same(path(), received);
  EXPECT_THAT(read(*same), ElementsAre(0, 1, 2));
  Along later(path(), received + std::chrono::nanoseconds(1));
  EXPECT_THAT(read(*later), IsEmpty());
}

TEST_F(FolderReaderTest, nothing_is_changed) {
  commit(0, 3);
  LinuxFileSystem files(path(), LinuxFileSystem::Access::read_only);
  ASSERT_EQ(files.make_folder({}), 0);
  int holder = 0;
  FileSystem::File file = -1;
  EXPECT_EQ(files.lock("LOCK", holder), EROFS);
  EXPECT_EQ(files.create("x", file), EROFS);
  EXPECT_EQ(files.remove("stream"), EROFS);
  EXPECT_EQ(files.rename("stream", "x"), EROFS);
  EXPECT_EQ(files.make_folder("bad"), EROFS);
  ASSERT_EQ(files.open("stream", file), 0);
  EXPECT_EQ(files.write(file, 0, "x"), EBADF);
  files.close(file);

  const std::string missing = path() + "/missing";
  EXPECT_EQ(LinuxFileSystem(missing, LinuxFileSystem::Access::read_only).make_folder({}), ENOENT);
  EXPECT_FALSE(std::filesystem::exists(missing));
}

}  // namespace
}  // namespace towline::stream
