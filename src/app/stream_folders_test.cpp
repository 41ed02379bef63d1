#include "app/stream_folders.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "app/components.hpp"

namespace towline::app {
namespace {

constexpr std::string_view sinks = R"(
sources: { app: { type: tcp, listen: "127.0.0.1:0" } }
sinks:
  one: { type: console, inputs: [app] }
  two: { type: console, inputs: [app] }
)";
constexpr std::string_view two_reads_otherwise = R"(
sources: { app: { type: tcp, listen: "127.0.0.1:0" } }
sinks:
  one: { type: console, inputs: [app] }
  two: { type: console, inputs: [app], time_field: "t~2" }
)";
constexpr std::string_view two_is_gone = R"(
sources: { app: { type: tcp, listen: "127.0.0.1:0" } }
sinks: { one: { type: console, inputs: [app] } }
)";

class StreamFoldersTest : public testing::Test {
 protected:
  StreamFoldersTest() {
    std::string path = (std::filesystem::temp_directory_path() / "towline-XXXXXX").string();
    EXPECT_NE(mkdtemp(path.data()), nullptr);
    data_dir_ = path;
    settings_.data_dir = path;
  }
  ~StreamFoldersTest() override { std::filesystem::remove_all(data_dir_); }

  static RootConfig config_of(std::string_view text) {
    config::Problems problems("test");
    auto config = load_config(
        text, [](std::string_view) { return std::nullopt; }, all_components(), problems);
    EXPECT_TRUE(config.has_value()) << problems.text();
    return std::move(*config);
  }

  // A run with this configuration: the names of what it appends to, then of what it only reads. Every reader is saved.
  std::vector<std::string> run(std::string_view text) {
    const RootConfig config = config_of(text);
    StreamFolders folders(settings_, random_, clock_);
    std::vector<std::string> names;
    std::vector<std::unique_ptr<stream::Storage>> open;
    for (const StreamPlan& plan : plan_streams(config)) {
      StreamFolders::Opened storage = folders.open(plan, config.sinks);
      EXPECT_TRUE(storage) << storage.error().message;
      for (const std::size_t sink : plan.sinks) (*storage)->store().save(config.sinks[sink].id, {});
      open.push_back(std::move(*storage));
    }
    for (auto& storage : folders.open_earlier()) open.push_back(std::move(storage));
    for (const auto& storage : open) names.push_back(storage->stream());
    return names;
  }

  std::filesystem::path path(const std::string& folder) const { return data_dir_ / "streams" / folder; }
  void make(const std::string& folder) const {
    std::filesystem::create_directories(path(folder));
    std::ofstream(path(folder) / "stream");
  }

  using Names = std::vector<std::string>;
  std::filesystem::path data_dir_;
  Settings settings_;
  SeededRandom random_{1};
  SystemClock clock_;
};

TEST_F(StreamFoldersTest, WithoutADataDirThereAreNone) {
  settings_.data_dir.reset();
  const RootConfig config = config_of(sinks);
  StreamFolders folders(settings_, random_, clock_);
  EXPECT_TRUE(folders.in_memory());
  EXPECT_EQ(*folders.open(plan_streams(config)[0], config.sinks), nullptr);
  EXPECT_EQ(*folders.open_replay("one"), nullptr);
  EXPECT_TRUE(folders.open_earlier().empty());
}

TEST_F(StreamFoldersTest, TheSameSinksFindTheSameFolder) {
  EXPECT_EQ(run(sinks), (Names{"app"}));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(run(two_reads_otherwise), (Names{"app~2", "app:t~2", "app"}));
    EXPECT_EQ(run(sinks), (Names{"app", "app:t%7e2", "app~2"}));
  }
}

TEST_F(StreamFoldersTest, ASinkThatDoesNotExistHoldsNobodyBack) {
  EXPECT_EQ(run(sinks), (Names{"app"}));
  EXPECT_EQ(run(two_is_gone), (Names{"app"}));
}

TEST_F(StreamFoldersTest, WhatItHasNotMadeIsLeftAlone) {
  for (const char* name : {"app~", "app~1", "app~02", "app~2x", "app~2~3", "a b", ".app", "replay.gone"}) make(name);
  std::filesystem::create_directories(path("no_stream"));
  make("app~99999999999999999999");
  EXPECT_EQ(run(two_is_gone), (Names{"app"}));
  make("app~7");
  make("gone+app:%20");
  EXPECT_EQ(run(two_is_gone), (Names{"app", "app~7", "gone+app:%20"}));
}

TEST_F(StreamFoldersTest, AFolderInUseIsAnErrorOnlyWhereItIsNeeded) {
  const RootConfig config = config_of(two_is_gone);
  const StreamPlan plan = plan_streams(config)[0];
  StreamFolders first(settings_, random_, clock_);
  const StreamFolders::Opened held = first.open(plan, config.sinks);
  ASSERT_TRUE(held);

  StreamFolders second(settings_, random_, clock_);
  EXPECT_TRUE(second.open_earlier().empty());
  const StreamFolders::Opened refused = second.open(plan, config.sinks);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(path("app").string()), std::string::npos) << refused.error().message;
}

TEST_F(StreamFoldersTest, AFolderThatCanNotBeMadeIsNamed) {
  std::ofstream(data_dir_ / "streams");
  StreamFolders folders(settings_, random_, clock_);
  const StreamFolders::Opened refused = folders.open_replay("one");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(data_dir_.string()), std::string::npos) << refused.error().message;
}

TEST(FolderName, IsLegalAndItsOwn) {
  EXPECT_EQ(folder_name("a-b_1+c:time"), "a-b_1+c:time");
  EXPECT_EQ(folder_name(".."), "%2e.");
  EXPECT_EQ(folder_name("a:b/c"), "a:b%2fc");
  EXPECT_EQ(folder_name("a:~2"), "a:%7e2");
  EXPECT_EQ(folder_name(folder_name("a:b/c")), folder_name("a:b/c"));
}

}  // namespace
}  // namespace towline::app
