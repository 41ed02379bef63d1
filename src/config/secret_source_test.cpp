#include "config/secret_source.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "config/test_support.hpp"

namespace towline::config {
namespace {

class SecretFile : public testing::Test {
 protected:
  SecretFile() {
    std::string name = (std::filesystem::temp_directory_path() / "towline-secret-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    path_ = directory_ / "token";
  }
  ~SecretFile() override { std::filesystem::remove_all(directory_); }

  // Replaces the file as secret managers do: a new file is renamed over the old one.
  void put(const std::string& text) {
    std::ofstream(directory_ / "new", std::ios::binary) << text;
    std::filesystem::rename(directory_ / "new", path_);
  }

  std::filesystem::path directory_;
  std::filesystem::path path_;
};

TEST_F(SecretFile, IsReadAnewEachTimeWithoutItsLineEnd) {
  SecretSource source = SecretSource::file(path_.string());
  EXPECT_TRUE(source.configured());
  put("one\n");
  EXPECT_EQ(source.read()->reveal(), "one");
  put("t$o\"k#en\n \r\n");
  EXPECT_EQ(source.read()->reveal(), "t$o\"k#en\n ");
}

TEST_F(SecretFile, KnowsWhetherItHasChangedSinceItWasRead) {
  SecretSource source = SecretSource::file(path_.string());
  EXPECT_FALSE(source.changed());
  EXPECT_FALSE(source.read());
  EXPECT_FALSE(source.changed());
  put("one\n");
  EXPECT_TRUE(source.changed());
  ASSERT_TRUE(source.read());
  EXPECT_FALSE(source.changed());
  put("two\n");
  EXPECT_TRUE(source.changed());
  ASSERT_TRUE(source.read());
  std::filesystem::remove(path_);
  EXPECT_TRUE(source.changed());
}

TEST_F(SecretFile, IsWaitedForWhereItIsMissing) {
  path_ = directory_ / "later" / "token";
  SecretSource source = SecretSource::file(path_.string());
  EXPECT_FALSE(source.read());
  EXPECT_FALSE(source.changed());
  std::filesystem::create_directory(path_.parent_path());
  EXPECT_FALSE(source.read());
  EXPECT_FALSE(source.changed()) << "asked for again while nothing has changed";
  put("one\n");
  EXPECT_TRUE(source.changed());
  EXPECT_EQ(source.read()->reveal(), "one");

  // The very same file, away for a moment: it is missing, then there.
  std::filesystem::rename(path_, directory_ / "aside");
  EXPECT_TRUE(source.changed());
  EXPECT_FALSE(source.read());
  EXPECT_FALSE(source.changed());
  std::filesystem::rename(directory_ / "aside", path_);
  EXPECT_TRUE(source.changed());
}

TEST_F(SecretFile, NewPermissionsAreAChange) {
  SecretSource source = SecretSource::file(path_.string());
  put("one\n");
  ASSERT_TRUE(source.read());
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // file systems stamp by the tick
  std::filesystem::permissions(path_, std::filesystem::perms::owner_read);
  EXPECT_TRUE(source.changed()) << "it may be readable only now";
}

TEST_F(SecretFile, ErrorsNameTheFileAndNeverItsContent) {
  SecretSource source = SecretSource::file(path_.string());
  EXPECT_EQ(source.read().error().message,
            "the secret file " + in_quotes(path_.string()) + " can't be opened: No such file or directory");
  put("\n");
  EXPECT_EQ(source.read().error().message, "the secret file " + in_quotes(path_.string()) + " is empty");
  put(std::string(SecretSource::file_bytes_max, 'x'));
  EXPECT_TRUE(source.read());
  put(std::string(SecretSource::file_bytes_max + 1, 'x'));
  EXPECT_EQ(source.read().error().message, "the secret file " + in_quotes(path_.string()) + " is longer than 64 KiB");
  SecretSource directory = SecretSource::file(directory_.string());
  EXPECT_NE(directory.read().error().message.find("can't be read"), std::string::npos);
}

TEST(SecretSource, ALiteralNeverChanges) {
  SecretSource source = SecretSource::literal(Secret("s3cret"));
  EXPECT_EQ(source.read()->reveal(), "s3cret");
  EXPECT_FALSE(source.changed());
  EXPECT_FALSE(SecretSource().configured());
}

// What the source at `yaml` is: its secret, or the problems.
std::string parsed(std::string_view yaml) {
  Problems problems("t.yaml");
  const auto node = parse_yaml(yaml, test::environment({{"TOKEN", "file:/etc/passwd"}, {"EMPTY", ""}}), problems);
  auto source = Value<SecretSource>::parse(*node, problems);
  if (!source) return problems.text();
  const Result<Secret> secret = source->read();
  return secret ? std::string(secret->reveal()) : secret.error().message;
}

TEST(SecretSource, IsReadFromYaml) {
  EXPECT_EQ(parsed("abc"), "abc");
  EXPECT_EQ(parsed("file:/nowhere/x"), "the secret file `/nowhere/x` can't be opened: No such file or directory");
  EXPECT_EQ(parsed("'${TOKEN}'"), "file:/etc/passwd");  // the value of a variable is never taken for a path
  EXPECT_EQ(parsed("'${EMPTY}'"), "t.yaml:1:1: error: `${EMPTY}` gives an empty secret\n");
  EXPECT_EQ(parsed("''"), "t.yaml:1:1: error: the secret is empty\n");
  EXPECT_EQ(parsed("'file:'"), "t.yaml:1:1: error: expected a path after file:\n");
  EXPECT_EQ(parsed("file:/run/${GONE}"), "t.yaml:1:1: error: the environment variable `GONE` is not set\n");
  EXPECT_EQ(parsed("[]"), "t.yaml:1:1: error: expected text: a ${VARIABLE} or file:/path\n");
}

}  // namespace
}  // namespace towline::config
