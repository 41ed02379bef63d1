#include "base/linux_file_system.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace towline {
namespace {

using testing::UnorderedElementsAre;

class LinuxFileSystemTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "towline_files_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    files_ = std::make_unique<LinuxFileSystem>(path().string());
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::filesystem::path path() const { return root_ / "a" / "b"; }
  mode_t mode_of(const std::filesystem::path& file) const {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
  }
  std::string content(FileSystem::File file) {
    std::string bytes(1000, '\0');
    std::size_t got = 0;
    EXPECT_EQ(files_->read(file, 0, bytes, got), 0);
    return bytes.substr(0, got);
  }

  std::filesystem::path root_;
  std::unique_ptr<LinuxFileSystem> files_;
};

TEST_F(LinuxFileSystemTest, nothing_works_before_the_folder_is_made) {
  FileSystem::File file = -1;
  EXPECT_EQ(files_->create("x", file), EBADF);
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(LinuxFileSystemTest, folders_and_files_are_private) {
  ASSERT_EQ(files_->make_folder(""), 0);
  ASSERT_EQ(files_->make_folder(""), 0) << "once more does no harm";
  ASSERT_EQ(files_->make_folder("bad"), 0);
  ASSERT_EQ(files_->make_folder("bad"), 0);
  FileSystem::File file = -1;
  ASSERT_EQ(files_->create("bad/x", file), 0);
  EXPECT_EQ(mode_of(path().parent_path()), 0700U);
  EXPECT_EQ(mode_of(path()), 0700U);
  EXPECT_EQ(mode_of(path() / "bad"), 0700U);
  EXPECT_EQ(mode_of(path() / "bad" / "x"), 0600U);
  EXPECT_NE(::fcntl(file, F_GETFD) & FD_CLOEXEC, 0);
  files_->close(file);
}

TEST_F(LinuxFileSystemTest, writes_and_reads_anywhere) {
  ASSERT_EQ(files_->make_folder(""), 0);
  FileSystem::File file = -1;
  ASSERT_EQ(files_->create("x", file), 0);
  EXPECT_EQ(files_->write(file, 3, "def"), 0);
  EXPECT_EQ(files_->write(file, 0, "abc"), 0);
  EXPECT_EQ(files_->sync(file), 0);
  EXPECT_EQ(files_->sync_folder(""), 0);
  EXPECT_EQ(content(file), "abcdef");
  EXPECT_EQ(files_->truncate(file, 2), 0);
  EXPECT_EQ(content(file), "ab");
  std::uint64_t size = 0;
  EXPECT_EQ(files_->size(file, size), 0);
  EXPECT_EQ(size, 2U);
  files_->close(file);

  EXPECT_EQ(files_->create("x", file), EEXIST);
  ASSERT_EQ(files_->open("x", file), 0);
  EXPECT_EQ(content(file), "ab");
  files_->close(file);
}

TEST_F(LinuxFileSystemTest, reserved_blocks_leave_the_size_and_are_given_back) {
  ASSERT_EQ(files_->make_folder(""), 0);
  FileSystem::File file = -1;
  ASSERT_EQ(files_->create("x", file), 0);
  ASSERT_EQ(files_->write(file, 0, "abc"), 0);
  const int error = files_->allocate(file, 1 << 20);
  if (error == EOPNOTSUPP) GTEST_SKIP() << "the temporary folder's file system reserves nothing";
  ASSERT_EQ(error, 0);
  struct stat status {};
  ASSERT_EQ(::fstat(file, &status), 0);
  EXPECT_EQ(status.st_size, 3);
  EXPECT_GE(status.st_blocks * 512, 1 << 20);
  ASSERT_EQ(files_->truncate(file, 3), 0) << "to the size that it has already";
  ASSERT_EQ(::fstat(file, &status), 0);
  EXPECT_LE(status.st_blocks * 512, 4096);
  files_->close(file);
}

TEST_F(LinuxFileSystemTest, lists_renames_and_removes) {
  ASSERT_EQ(files_->make_folder(""), 0);
  ASSERT_EQ(files_->make_folder("bad"), 0);
  FileSystem::File file = -1;
  for (const char* name : {"x", "y"}) {
    ASSERT_EQ(files_->create(name, file), 0);
    files_->close(file);
  }
  EXPECT_EQ(files_->rename("x", "bad/z"), 0);
  EXPECT_EQ(files_->rename("x", "bad/z"), ENOENT);
  std::vector<std::string> names;
  EXPECT_EQ(files_->list("", names), 0);
  EXPECT_THAT(names, UnorderedElementsAre("y", "bad"));
  EXPECT_EQ(files_->list("bad", names), 0);
  EXPECT_THAT(names, UnorderedElementsAre("z"));
  EXPECT_EQ(files_->list("none", names), ENOENT);
  EXPECT_EQ(files_->remove("y"), 0);
  EXPECT_EQ(files_->remove("y"), ENOENT);
  EXPECT_EQ(files_->sync_folder("bad"), 0);
}

TEST_F(LinuxFileSystemTest, only_regular_files_are_opened) {
  ASSERT_EQ(files_->make_folder(""), 0);
  ASSERT_EQ(files_->make_folder("folder"), 0);
  std::ofstream(path() / "target") << "secret";
  std::filesystem::create_symlink(path() / "target", path() / "link");
  ASSERT_EQ(::mkfifo((path() / "pipe").c_str(), 0600), 0);
  FileSystem::File file = -1;
  EXPECT_EQ(files_->open("link", file), ELOOP);
  EXPECT_EQ(files_->open("folder", file), EISDIR);
  EXPECT_EQ(files_->open("pipe", file), EINVAL) << "and it doesn't wait for the other end";
}

TEST_F(LinuxFileSystemTest, one_holder_of_a_lock) {
  ASSERT_EQ(files_->make_folder(""), 0);
  int holder = 7;
  ASSERT_EQ(files_->lock("LOCK", holder), 0);
  EXPECT_EQ(holder, 0);
  {
    LinuxFileSystem other(path().string());
    ASSERT_EQ(other.make_folder(""), 0);
    EXPECT_EQ(other.lock("LOCK", holder), EWOULDBLOCK);
    EXPECT_EQ(holder, ::getpid());
  }
  files_.reset();
  LinuxFileSystem next(path().string());
  ASSERT_EQ(next.make_folder(""), 0);
  EXPECT_EQ(next.lock("LOCK", holder), 0);
}

TEST_F(LinuxFileSystemTest, a_deleted_folder_is_made_again) {
  ASSERT_EQ(files_->make_folder(""), 0);
  std::filesystem::remove_all(root_ / "a");
  FileSystem::File file = -1;
  EXPECT_EQ(files_->create("x", file), ENOENT);
  ASSERT_EQ(files_->make_folder(""), 0);
  ASSERT_EQ(files_->create("x", file), 0);
  files_->close(file);
  EXPECT_TRUE(std::filesystem::exists(path() / "x"));
}

TEST_F(LinuxFileSystemTest, says_what_is_left_on_the_disk) {
  FileSystem::Space space;
  EXPECT_EQ(files_->space(space), EBADF) << "before it is made";
  ASSERT_EQ(files_->make_folder(""), 0);
  ASSERT_EQ(files_->space(space), 0);
  const std::filesystem::space_info expected = std::filesystem::space(path());
  EXPECT_EQ(space.size, expected.capacity);
  constexpr std::uint64_t used_by_others_meanwhile = std::uint64_t{1} << 32U;
  EXPECT_LT(std::max(space.free, expected.available) - std::min(space.free, expected.available),
            used_by_others_meanwhile);
}

TEST_F(LinuxFileSystemTest, what_is_no_folder_is_said) {
  std::ofstream(root_ / "a") << "a file";
  EXPECT_EQ(files_->make_folder(""), ENOTDIR);
}

}  // namespace
}  // namespace towline
