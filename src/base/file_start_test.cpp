#include "base/file_start.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace towline {
namespace {

class FileStartTest : public testing::Test {
 protected:
  FileStartTest() { std::filesystem::create_directories(folder_); }
  ~FileStartTest() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& text) const {
    std::ofstream(folder_ + "/file", std::ios::binary) << text;
    return folder_ + "/file";
  }
  const std::string folder_ = testing::TempDir() + "file_start_" + std::to_string(getpid());
};

TEST_F(FileStartTest, IsAllOfAShortFileAndNoMoreOfALongOne) {
  for (const std::string& text : {std::string(), std::string("secret\n"), std::string("\0x", 2)}) {
    const FileStart start = read_file_start(write(text), 7);
    EXPECT_EQ(start.error, 0);
    EXPECT_EQ(start.text, text);
  }
  EXPECT_EQ(read_file_start(write("12345678"), 7).text, "1234567");
}

TEST_F(FileStartTest, SaysWhatIsWrong) {
  const FileStart missing = read_file_start(folder_ + "/nothing", 7);
  EXPECT_EQ(missing.error, ENOENT);
  EXPECT_EQ(missing.why_not(), "can't be opened: No such file or directory");
  const FileStart folder = read_file_start(folder_, 7);
  EXPECT_EQ(folder.error, EISDIR);
  EXPECT_EQ(folder.why_not(), "can't be read: Is a directory");
}

TEST_F(FileStartTest, APipeIsNotWaitedFor) {
  const std::string pipe = folder_ + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(read_file_start(pipe, 7).text, "");
}

}  // namespace
}  // namespace towline
