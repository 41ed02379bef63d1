// Dead letters on a real file system, where others move, cut and delete the files.
#include "delivery/dead_letters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace towline::delivery {
namespace {

using testing::EndsWith;
using testing::StartsWith;

class DeadLetterFolder : public testing::Test {
 protected:
  DeadLetterFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "towline-letters-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    folder_ = directory_ / "data" / "dead_letters";
    file_ = folder_ / "out.ndjson";
  }
  ~DeadLetterFolder() override { std::filesystem::remove_all(directory_); }

  static DeadLetters::Letter letter(std::string_view record = R"({"a":1})") {
    return {"out", 422, "rejected", "422 \"odd\"\n", record};
  }
  std::string text() const {
    std::ifstream file(file_, std::ios::binary);
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
  }
  static unsigned mode(const std::filesystem::path& path) {
    struct stat status {};
    EXPECT_EQ(stat(path.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }

  SystemClock clock_;
  std::filesystem::path directory_;
  std::filesystem::path folder_;
  std::filesystem::path file_;
};

TEST_F(DeadLetterFolder, ALetterIsALineOfJson) {
  DeadLetterFiles letters(folder_.string(), 10'000, clock_);
  ASSERT_TRUE(letters.keep(letter()));
  const std::string line = text();
  EXPECT_THAT(line, StartsWith(R"({"time":"20)"));
  EXPECT_THAT(line,
              EndsWith("Z\",\"sink\":\"out\",\"code\":422,\"reason\":\"rejected\",\"cause\":\"422 \\\"odd\\\"\\n\","
                       "\"record\":{\"a\":1}}\n"));
  simdjson::dom::parser parser;
  EXPECT_EQ(std::int64_t{parser.parse(line)["record"]["a"]}, 1);
  EXPECT_EQ(std::string_view(parser.parse(line)["cause"]), "422 \"odd\"\n");
}

TEST_F(DeadLetterFolder, IsForItsOwnerAlone) {
  DeadLetterFiles letters(folder_.string(), 10'000, clock_);
  ASSERT_TRUE(letters.keep(letter()));
  EXPECT_EQ(mode(folder_), 0700U);
  EXPECT_EQ(mode(file_), 0600U);
}

TEST_F(DeadLetterFolder, EachSinkHasAFileThatIsContinued) {
  for (const char* record : {R"({"a":1})", R"({"a":2})"}) {
    DeadLetterFiles letters(folder_.string(), 10'000, clock_);
    ASSERT_TRUE(letters.keep(letter(record)));
    ASSERT_TRUE(letters.keep({"other", 0, "gave_up", "time-out", record}));
  }
  EXPECT_THAT(text(), testing::HasSubstr(R"({"a":1}})"));
  EXPECT_THAT(text(), EndsWith("{\"a\":2}}\n"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "other.ndjson"));
}

TEST_F(DeadLetterFolder, IsBoundedInSize) {
  const std::string record = R"({"a":")" + std::string(500, 'x') + "\"}";
  for (int run = 0; run < 2; ++run) {  // what a run before has written counts
    DeadLetterFiles letters(folder_.string(), 1500, clock_);
    for (int i = 0; i < 10; ++i) letters.keep(letter(record));
    EXPECT_FALSE(letters.keep(letter(record)));
    EXPECT_EQ(letters.why_not(), "dead_letters_full");
    EXPECT_LE(text().size(), 1500U);
    EXPECT_THAT(text(), EndsWith("}\n"));
  }
}

TEST_F(DeadLetterFolder, AFileThatIsDeletedOrRotatedIsBegunAnew) {
  DeadLetterFiles letters(folder_.string(), 200, clock_);
  ASSERT_TRUE(letters.keep(letter(R"({"a":1})")));
  ASSERT_FALSE(letters.keep(letter(R"({"a":1})")));
  std::filesystem::remove(file_);
  EXPECT_TRUE(letters.keep(letter(R"({"a":2})")));
  EXPECT_THAT(text(), EndsWith("{\"a\":2}}\n"));

  std::filesystem::rename(file_, folder_ / "out.ndjson.1");
  EXPECT_TRUE(letters.keep(letter(R"({"a":3})")));
  EXPECT_THAT(text(), EndsWith("{\"a\":3}}\n"));

  std::filesystem::rename(file_, folder_ / "out.ndjson.1");
  std::ofstream(file_) << "";  // the one that rotates has made the next
  EXPECT_TRUE(letters.keep(letter(R"({"a":4})")));
  EXPECT_THAT(text(), EndsWith("{\"a\":4}}\n"));

  std::filesystem::resize_file(file_, 0);  // copied and cut
  EXPECT_TRUE(letters.keep(letter(R"({"a":5})")));
  EXPECT_THAT(text(), EndsWith("{\"a\":5}}\n"));

  std::filesystem::remove_all(folder_);
  EXPECT_TRUE(letters.keep(letter(R"({"a":6})")));
  EXPECT_THAT(text(), EndsWith("{\"a\":6}}\n"));
}

TEST_F(DeadLetterFolder, WithoutAFolderNothingIsKept) {
  DeadLetterFiles letters("", 10'000, clock_);
  EXPECT_FALSE(letters.keep(letter()));
  EXPECT_EQ(letters.why_not(), "no_data_dir");
}

TEST_F(DeadLetterFolder, AFolderThatCantBeMadeIsSaidAndTriedAgain) {
  std::ofstream(directory_ / "data") << "a file in its way";
  DeadLetterFiles letters(folder_.string(), 10'000, clock_);
  EXPECT_FALSE(letters.keep(letter()));
  EXPECT_EQ(letters.why_not(), "dead_letters_unwritable");
  std::filesystem::remove(directory_ / "data");
  EXPECT_TRUE(letters.keep(letter()));
}

TEST_F(DeadLetterFolder, ALinkIsNotFollowed) {
  std::filesystem::create_directories(folder_);
  std::filesystem::create_symlink(directory_ / "elsewhere", file_);
  DeadLetterFiles letters(folder_.string(), 10'000, clock_);
  EXPECT_FALSE(letters.keep(letter()));
  EXPECT_EQ(letters.why_not(), "dead_letters_unwritable");
}

TEST_F(DeadLetterFolder, APartOfALineIsTakenBack) {
  DeadLetterFiles letters(folder_.string(), 10'000, clock_);
  ASSERT_TRUE(letters.keep(letter()));
  const std::string before = text();
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit unlimited{};
  getrlimit(RLIMIT_FSIZE, &unlimited);
  const rlimit nearly_full{before.size() + 20, unlimited.rlim_max};
  setrlimit(RLIMIT_FSIZE, &nearly_full);
  const bool kept = letters.keep(letter());
  setrlimit(RLIMIT_FSIZE, &unlimited);
  EXPECT_FALSE(kept);
  EXPECT_EQ(letters.why_not(), "dead_letters_unwritable");
  EXPECT_EQ(text(), before);
  EXPECT_TRUE(letters.keep(letter()));
}

TEST_F(DeadLetterFolder, SyncSaysWhetherTheFolderIsDurable) {
  DeadLetterFiles letters(folder_.string(), 10'000, clock_);
  EXPECT_TRUE(letters.sync()) << "nothing was written";
  ASSERT_TRUE(letters.keep(letter()));
  std::filesystem::rename(folder_, directory_ / "moved");
  EXPECT_FALSE(letters.sync());
  EXPECT_FALSE(letters.sync()) << "it is not forgotten";
  std::filesystem::rename(directory_ / "moved", folder_);
  EXPECT_TRUE(letters.sync());
}

}  // namespace
}  // namespace towline::delivery
