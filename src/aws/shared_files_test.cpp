#include "aws/shared_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "aws/fake_service_test_support.hpp"
#include "aws/files_test_support.hpp"
#include "aws/small_file.hpp"

namespace towline::aws {
namespace {

using testing::HasSubstr;

std::string value(const IniFile& file, const std::string& section, const std::string& name) {
  const auto found = file.find(section);
  if (found == file.end()) return "no section";
  const auto setting = found->second.find(name);
  return setting == found->second.end() ? "no setting" : std::string(setting->second.reveal());
}

TEST(IniFile, SectionsAndSettings) {
  const IniFile file = parse_ini(
      "\xEF\xBB\xBF# comment\n; comment\nlost = 1\n"
      "[default]\nregion=eu-west-1\nAWS_Access_Key_Id =  AKIA \r\n"
      "key = a=b#c;d # comment\nempty =\n"
      "[ profile  x ]  # comment\nregion\t=\tx-1\t; comment\ns3 =\n  region = nested\nnonsense\n"
      "[profile \"with blank\"]\nregion = y-1\n"
      "[default]\nregion = eu-west-2\n"
      "[broken\nregion = lost");
  EXPECT_EQ(value(file, "default", "region"), "eu-west-2");
  EXPECT_EQ(value(file, "default", "aws_access_key_id"), "AKIA");
  EXPECT_EQ(value(file, "default", "key"), "a=b#c;d");
  EXPECT_EQ(value(file, "default", "empty"), "");
  EXPECT_EQ(value(file, "profile x", "region"), "x-1");
  EXPECT_EQ(value(file, "profile x", "nonsense"), "no setting");
  EXPECT_EQ(value(file, "profile with blank", "region"), "y-1");
  EXPECT_EQ(file.size(), 3U);
  EXPECT_TRUE(parse_ini("").empty());
}

class SharedFilesTest : public testing::Test {
 protected:
  SharedFiles read(std::map<std::string, std::string> variables = {}) const {
    variables.try_emplace("HOME", files_.directory());
    Result<SharedFiles> files = SharedFiles::read(environment(std::move(variables)));
    EXPECT_TRUE(files) << (files ? "" : files.error().message);
    return files ? std::move(*files) : SharedFiles();
  }

  TestFiles files_;
};

TEST_F(SharedFilesTest, TheCredentialsFileCountsMore) {
  files_.write(".aws/credentials", "[x]\naws_access_key_id = theirs\n");
  files_.write(".aws/config", "[profile x]\naws_access_key_id = ours\nregion = r-1\n[x]\nregion = no\n[only]\na=b\n");
  const std::optional<Profile> profile = read().find("x");
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->get("aws_access_key_id"), "theirs");
  EXPECT_EQ(profile->get("region"), "r-1");
  EXPECT_EQ(profile->who(), "profile `x`");
  EXPECT_FALSE(profile->has("role_arn"));
  EXPECT_FALSE(read().find("only"));
}

TEST_F(SharedFilesTest, DefaultHasTwoNames) {
  files_.write(".aws/config", "[default]\nregion = r-1\noutput = json\n[profile default]\nregion = r-2\n");
  EXPECT_EQ(read().find("default")->get("region"), "r-2");
  EXPECT_EQ(read().find("default")->get("output"), "json");
}

TEST_F(SharedFilesTest, VariablesSayWhereTheyAre) {
  const std::string credentials = files_.write("c", "[x]\nregion = r-1\n");
  files_.write("there/config", "[profile y]\nregion = r-2\n");
  const SharedFiles files = read({{"AWS_SHARED_CREDENTIALS_FILE", credentials}, {"AWS_CONFIG_FILE", "~/there/config"}});
  EXPECT_TRUE(files.find("x"));
  EXPECT_TRUE(files.find("y"));
}

TEST_F(SharedFilesTest, NoneIsNoError) {
  EXPECT_FALSE(read().find("default"));
  EXPECT_FALSE(read({{"HOME", ""}}).find("default"));
}

TEST_F(SharedFilesTest, OneThatCantBeReadIs) {
  const std::string large = files_.write("large", std::string(shared_file_max + 1, '#'));
  const std::string fifo = files_.path("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const auto problem = [&](const std::string& path) {
    const Result<SharedFiles> files = SharedFiles::read(environment({{"AWS_CONFIG_FILE", path}}));
    return files ? "fine" : files.error().message;
  };
  EXPECT_EQ(problem(large), "the file `" + large + "` is longer than 1048576 bytes");
  EXPECT_THAT(problem(files_.directory()), HasSubstr("can't be read: Is a directory"));
  EXPECT_EQ(problem(fifo), "fine");  // nobody writes to it, so it is empty; what matters is that nobody waits
}

}  // namespace
}  // namespace towline::aws
