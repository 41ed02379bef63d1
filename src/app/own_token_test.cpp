#include "app/own_token.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

namespace towline::app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class OwnTokenTest : public testing::Test {
 protected:
  OwnTokenTest() : root_(testing::TempDir() + "own_token_" + std::to_string(getpid())) {
    fs::remove_all(root_);
    fs::create_directory(root_);
    set("XDG_RUNTIME_DIR", root_);
  }
  ~OwnTokenTest() override { fs::remove_all(root_); }

  void set(const std::string& name, const std::string& value) { variables_[name] = value; }
  config::Environment environment() const {
    return [this](std::string_view name) -> std::optional<std::string> {
      const auto found = variables_.find(std::string(name));
      if (found == variables_.end()) return std::nullopt;
      return found->second;
    };
  }

  std::string root_;
  std::map<std::string, std::string> variables_;
};

TEST_F(OwnTokenTest, IsFoundByTheSameUserAndReadableByNobodyElse) {
  std::string path;
  {
    OwnToken own;
    const Result<Secret> made = own.make(41234, environment());
    ASSERT_TRUE(made) << made.error().message;
    path = own.path();
    EXPECT_EQ(path, root_ + "/towline/41234.token");
    EXPECT_EQ(made->reveal().size(), 64U);
    struct stat status {};
    ASSERT_EQ(stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    ASSERT_EQ(stat((root_ + "/towline").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    const Result<Secret> found = find_own_token(41234, environment());
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(*found, *made);
  }
  EXPECT_FALSE(fs::exists(path));
  const Result<Secret> gone = find_own_token(41234, environment());
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().message, HasSubstr(path));
}

TEST_F(OwnTokenTest, IsAnotherOneEachTime) {
  OwnToken first;
  OwnToken second;
  const Result<Secret> one = first.make(41235, environment());
  const Result<Secret> two = second.make(41235, environment());
  ASSERT_TRUE(one && two);
  EXPECT_FALSE(*one == *two);
  EXPECT_EQ(*find_own_token(41235, environment()), *two);
}

TEST_F(OwnTokenTest, SystemdSaysWhere) {
  set("RUNTIME_DIRECTORY", root_ + "/unit:" + root_ + "/other");
  fs::create_directory(root_ + "/unit");  // systemd's work
  OwnToken own;
  ASSERT_TRUE(own.make(41236, environment()));
  EXPECT_EQ(own.path(), root_ + "/unit/41236.token");
}

TEST_F(OwnTokenTest, OverwritesWhatACrashHasLeftAndFollowsNoLink) {
  fs::create_directory(root_ + "/towline");
  std::ofstream(root_ + "/towline/41237.token.part") << "half";
  std::ofstream(root_ + "/victim") << "precious";
  fs::create_symlink(root_ + "/victim", root_ + "/towline/41237.token");
  OwnToken own;
  ASSERT_TRUE(own.make(41237, environment()));
  EXPECT_FALSE(fs::is_symlink(root_ + "/towline/41237.token"));
  std::string text;
  std::ifstream(root_ + "/victim") >> text;
  EXPECT_EQ(text, "precious");
}

TEST_F(OwnTokenTest, IsNotLookedForBehindALinkNorWhereOthersCanWrite) {
  fs::create_directory(root_ + "/towline");
  std::ofstream(root_ + "/secret") << "of somebody else";
  fs::permissions(root_ + "/secret", fs::perms::owner_read);
  const std::string path = root_ + "/towline/41239.token";
  fs::create_symlink(root_ + "/secret", path);
  EXPECT_FALSE(find_own_token(41239, environment()));
  fs::remove(path);
  fs::copy_file(root_ + "/secret", path);
  EXPECT_TRUE(find_own_token(41239, environment()));
  fs::permissions(root_ + "/towline", fs::perms::all);
  EXPECT_FALSE(find_own_token(41239, environment()));
  fs::permissions(root_ + "/towline", fs::perms::owner_all);
  fs::permissions(path, fs::perms::all);
  EXPECT_FALSE(find_own_token(41239, environment()));
}

TEST_F(OwnTokenTest, OfAnotherDaemonStays) {
  std::optional<OwnToken> first(std::in_place);
  ASSERT_TRUE(first->make(41240, environment()));
  OwnToken second;
  const Result<Secret> token = second.make(41240, environment());
  first.reset();
  ASSERT_TRUE(find_own_token(41240, environment()));
  EXPECT_EQ(*find_own_token(41240, environment()), *token);
}

TEST_F(OwnTokenTest, TakesNoDirectoryThatOthersCanChange) {
  OwnToken own;
  fs::create_directory(root_ + "/towline");
  fs::permissions(root_ + "/towline", fs::perms::all);
  const Result<Secret> open_to_all = own.make(41238, environment());
  ASSERT_FALSE(open_to_all);
  EXPECT_THAT(open_to_all.error().message, HasSubstr("only this user can write to"));
  fs::remove(root_ + "/towline");
  fs::create_directory(root_ + "/elsewhere");
  fs::create_directory_symlink(root_ + "/elsewhere", root_ + "/towline");
  EXPECT_FALSE(own.make(41238, environment()));
  set("XDG_RUNTIME_DIR", root_ + "/missing");
  const Result<Secret> missing = own.make(41238, environment());
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("can't make " + root_ + "/missing/towline"));
}

}  // namespace
}  // namespace towline::app
