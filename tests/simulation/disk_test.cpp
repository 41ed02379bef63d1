// The simulated disk is worth as much as the states that it can be left in.
#include "simulation/disk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "simulation/sim_file_system.hpp"

namespace towline::simulation {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

std::string text(const Image& image) {
  std::string text;
  for (const auto& [name, bytes] : image.files) {
    std::string shown = bytes->text();
    for (char& c : shown) c = c == '\0' ? '.' : c;
    text += name + "=" + shown + " ";
  }
  for (const std::string& folder : image.folders) text += folder + "/ ";
  return text;
}

// Every state that a crash may leave.
std::vector<std::string> crashes(const Disk& disk) {
  std::vector<std::string> states;
  Odometer odometer;
  do {
    std::string story;
    states.push_back(text(disk.crash(odometer, story)));
  } while (odometer.next());
  return states;
}

struct DiskTest : testing::Test {
  Disk disk{Image{}};
  Disk::Inode file = 0;

  void create(std::string_view name) { ASSERT_EQ(disk.create(name, file), 0); }
  void create_synced(std::string_view name) {
    create(name);
    disk.sync_folder("");
  }
};

TEST_F(DiskTest, WhatIsSyncedStays) {
  create_synced("a");
  disk.write(file, 0, "hello");
  disk.sync(file);
  EXPECT_THAT(crashes(disk), ElementsAre("a=hello "));
}

TEST_F(DiskTest, ASyncedFileDoesNotCarryItsName) {
  create("a");
  disk.write(file, 0, "hello");
  disk.sync(file);
  EXPECT_THAT(crashes(disk), UnorderedElementsAre("", "a=hello "));
}

TEST_F(DiskTest, AWriteIsTornInEveryWay) {
  create_synced("a");
  disk.write(file, 0, "abcdefghijkl");
  EXPECT_THAT(crashes(disk), UnorderedElementsAre("a= ", "a=abcdefghijkl ", "a=abcdef ", "a=abcdef...... ", "a=abcd ",
                                                  "a=abcd........ ", "a=............ "));
}

TEST_F(DiskTest, ALongWriteIsTornBetweenSectors) {
  create_synced("a");
  const std::string first(512, 'a');
  disk.write(file, 0, first + "bb");
  EXPECT_THAT(crashes(disk), Contains("a=" + first + " "));
  EXPECT_THAT(crashes(disk), Contains("a=" + std::string(512, '.') + "bb "));
}

TEST_F(DiskTest, WritesArriveInOrderOrTheLastAlone) {
  create_synced("a");
  disk.write(file, 0, "a");
  disk.write(file, 1, "b");
  EXPECT_THAT(crashes(disk), UnorderedElementsAre("a= ", "a=. ", "a=a ", "a=a. ", "a=ab ", "a=.b "));
}

TEST_F(DiskTest, NamesArriveInOrder) {
  create("a");
  create("b");
  ASSERT_EQ(disk.remove("a"), 0);
  EXPECT_THAT(crashes(disk), UnorderedElementsAre("", "a= ", "a= b= ", "b= "));
}

TEST_F(DiskTest, ARenameIsOneStepWhicheverFolderIsSynced) {
  create_synced("a");
  disk.make_folder("bad");
  disk.sync_folder("");
  ASSERT_EQ(disk.rename("a", "bad/a"), 0);
  EXPECT_THAT(crashes(disk), UnorderedElementsAre("a= bad/ ", "bad/a= bad/ "));
  disk.sync_folder("bad");
  EXPECT_THAT(crashes(disk), ElementsAre("bad/a= bad/ "));
}

TEST_F(DiskTest, AFailedSyncDropsWhatWasPendingAndTheNextOneProvesNothing) {
  create_synced("a");
  disk.write(file, 0, "abcd");
  TrailChoices nothing_written({1});
  disk.fail_sync(file, nothing_written);
  EXPECT_EQ(disk.content(file), "abcd") << "the page cache still has it";
  disk.sync(file);
  EXPECT_THAT(crashes(disk), ElementsAre("a= "));
  disk.write(file, 4, "ef");
  disk.sync(file);
  EXPECT_THAT(crashes(disk), ElementsAre("a=....ef ")) << "a hole where the dropped pages were";
}

TEST_F(DiskTest, AFailedFolderSyncDropsTheNames) {
  create("a");
  disk.fail_sync_folder("");
  disk.sync_folder("");
  EXPECT_THAT(crashes(disk), ElementsAre(""));
}

TEST_F(DiskTest, AKilledProcessLosesNothing) {
  create("a");
  disk.write(file, 0, "abcd");
  EXPECT_EQ(text(disk.killed()), "a=abcd ");
}

TEST_F(DiskTest, AFlippedBitIsSeenAtOnceAndForEver) {
  create_synced("a");
  disk.write(file, 0, "abcd");
  disk.sync(file);
  disk.flip("a", 1, 0);
  EXPECT_EQ(disk.content(file), "accd");
  EXPECT_THAT(crashes(disk), ElementsAre("a=accd "));
}

TEST_F(DiskTest, CountsBlocks) {
  create("a");
  EXPECT_EQ(disk.used(), 0U);
  disk.write(file, 0, "x");
  EXPECT_EQ(disk.used(), 4096U);
  disk.allocate(file, 10'000);
  EXPECT_EQ(disk.used(), 3 * 4096U);
  disk.truncate(file, 1);
  EXPECT_EQ(disk.used(), 4096U);
  ASSERT_EQ(disk.remove("a"), 0);
  EXPECT_EQ(disk.used(), 0U);
}

TEST_F(DiskTest, TheSameBytesAreTheSameImage) {
  create_synced("a");
  disk.write(file, 0, "abcd");
  disk.sync(file);
  const Image image = disk.killed();
  EXPECT_EQ(image.fingerprint(), Disk(image).killed().fingerprint());
  disk.flip("a", 0, 0);
  EXPECT_NE(image.fingerprint(), disk.killed().fingerprint());
}

struct Watching : SimFileSystem::Watcher {
  void before_change() override { ++changes; }
  bool sync_fails(bool) override { return failing; }
  Choices& choices() override { return picks; }
  TrailChoices picks{{1}};
  int changes = 0;
  bool failing = false;
};

TEST(SimFileSystem, BehavesLikeAFileSystem) {
  Disk disk{Image{}};
  Watching watching;
  SimFileSystem files(disk, watching);
  FileSystem::File file = 0;
  EXPECT_EQ(files.open("a", file), ENOENT);
  EXPECT_EQ(files.create("bad/a", file), ENOENT);
  ASSERT_EQ(files.create("a", file), 0);
  EXPECT_EQ(files.write(file, 2, "xyz"), 0);
  std::string bytes(10, '?');
  std::size_t read = 0;
  EXPECT_EQ(files.read(file, 1, bytes, read), 0);
  EXPECT_EQ(bytes.substr(0, read), std::string("\0xyz", 4));
  EXPECT_EQ(files.read(file, 9, bytes, read), 0);
  EXPECT_EQ(read, 0U);
  std::vector<std::string> names;
  ASSERT_EQ(files.make_folder("bad"), 0);
  EXPECT_EQ(files.rename("a", "bad/a"), 0);
  EXPECT_EQ(files.list("", names), 0);
  EXPECT_THAT(names, ElementsAre("bad"));
  EXPECT_EQ(files.list("bad", names), 0);
  EXPECT_THAT(names, ElementsAre("a"));
  EXPECT_EQ(files.remove("bad/a"), 0);
  EXPECT_EQ(files.read(file, 2, bytes, read), 0) << "an open file outlives its name";
  EXPECT_EQ(read, 3U);
  files.close(file);
  EXPECT_EQ(watching.changes, 6);
}

TEST(SimFileSystem, AFullDiskTakesWhatNeedsNoNewBlock) {
  Disk disk{Image{}};
  Watching watching;
  SimFileSystem files(disk, watching);
  FileSystem::File file = 0;
  ASSERT_EQ(files.create("a", file), 0);
  ASSERT_EQ(files.write(file, 0, "abc"), 0);
  files.set_full(true);
  EXPECT_EQ(files.write(file, 3, "d"), 0);
  EXPECT_EQ(files.write(file, 4, std::string(5000, 'e')), ENOSPC);
  EXPECT_EQ(disk.content(0).size(), 4096U) << "what fits was written";
  EXPECT_EQ(files.allocate(file, 5000), ENOSPC);
  EXPECT_EQ(files.create("b", file), ENOSPC);
  EXPECT_TRUE(files.met_full_disk());
}

TEST(SimFileSystem, ASyncFails) {
  Disk disk{Image{}};
  Watching watching;
  watching.failing = true;
  SimFileSystem files(disk, watching);
  FileSystem::File file = 0;
  ASSERT_EQ(files.create("a", file), 0);
  EXPECT_EQ(files.sync(file), EIO);
  EXPECT_EQ(files.sync_folder(""), EIO);
  EXPECT_THAT(crashes(disk), ElementsAre(""));
}

}  // namespace
}  // namespace towline::simulation
