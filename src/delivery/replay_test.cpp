#include "delivery/replay.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/linux_file_system.hpp"

namespace towline::delivery {
namespace {

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() { cursor_ = &stream_.open_cursor("out"); }
  ~ReplayTest() override { std::filesystem::remove_all(folder_); }

  static std::string make_folder() {
    std::string path = testing::TempDir() + "replay_XXXXXX";
    return ::mkdtemp(path.data());
  }
  void write(const std::string& name, const std::vector<std::string>& letters) {
    std::ofstream file(folder_ + "/" + name);
    for (const std::string& letter : letters) file << letter << '\n';
  }
  static std::string letter(const std::string& time, const std::string& reason, int number) {
    return R"({"time":")" + time + R"(","sink":"out","code":400,"reason":")" + reason +
           R"(","cause":"400 \"Bad\" Request","record":{"n":)" + std::to_string(number) + "}}";
  }
  std::string file(const std::string& name) const {
    std::ifstream stream(folder_ + "/" + name);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  std::string in_stream() {
    while (stream_.take_in()) {
    }
    std::string all;
    std::uint64_t seq = 0;
    while (const stream::ChunkPtr chunk = stream_.at(*cursor_, seq)) {
      all += chunk->plain;
      seq = chunk->end_seq();
    }
    return all;
  }
  Result<Replayed> run(const ReplayFilter& filter = {}) {
    Replay replay({letters_, "out", stream_, budget_, clock_, stop_, std::chrono::milliseconds(20)});
    return replay.run(filter);
  }

  std::string folder_ = make_folder();
  MemoryBudget budget_{1 << 20};
  codec::Compressor compressor_;
  telemetry::Instrument bytes_;
  SystemClock clock_;
  DeadLetterFiles letters_{folder_, 10'000, clock_};
  std::atomic<bool> stop_{false};
  stream::Stream stream_{{}, budget_, compressor_, bytes_};
  stream::Cursor* cursor_;
};

TEST_F(ReplayTest, PutsRecordsBackAndTheFileAway) {
  write("out.ndjson", {letter("2026-11-20T10:00:00.5Z", "rejected", 1), letter("2026-11-20T11:00:00.5Z", "poison", 2)});
  const Result<Replayed> replayed = run();
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_EQ(replayed->records, 2U);
  EXPECT_EQ(in_stream(), "{\"n\":1}\n{\"n\":2}\n");
  EXPECT_EQ(file("out.ndjson"), "");
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/out.replaying"));
  EXPECT_EQ(run()->records, 0U) << "once";
}

TEST_F(ReplayTest, ChoosesByReasonAndTime) {
  const std::string early = letter("2026-11-20T10:00:00.5Z", "rejected", 1);
  const std::string other = letter("2026-11-20T11:00:00.5Z", "poison", 2);
  write("out.ndjson", {early, other, letter("2026-11-20T11:00:00.5Z", "rejected", 3)});
  const Result<Replayed> replayed = run({"rejected", "2026-11-20T10:30"});
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->records, 1U);
  EXPECT_EQ(replayed->kept, 2U);
  EXPECT_EQ(in_stream(), "{\"n\":3}\n");
  EXPECT_EQ(file("out.ndjson"), early + "\n" + other + "\n");
}

TEST_F(ReplayTest, WhatIsNoLetterStays) {
  write("out.ndjson", {"no JSON", R"({"time":"2026"})", letter("2026-11-20T10:00:00.5Z", "rejected", 1)});
  EXPECT_EQ(run()->kept, 2U);
  EXPECT_EQ(file("out.ndjson"), "no JSON\n{\"time\":\"2026\"}\n");
}

TEST_F(ReplayTest, GoesOnWhereACrashEndedIt) {
  write("out.replaying", {letter("2026-11-20T10:00:00.5Z", "rejected", 1)});
  write("out.ndjson", {letter("2026-11-20T10:00:00.5Z", "rejected", 2)});
  EXPECT_EQ(run()->records, 1U);
  EXPECT_EQ(run()->records, 1U);
  EXPECT_EQ(in_stream(), "{\"n\":1}\n{\"n\":2}\n");
}

TEST_F(ReplayTest, WithoutRoomTheLettersStay) {
  budget_.charge(1 << 20);
  const std::string one = letter("2026-11-20T10:00:00.5Z", "rejected", 1);
  write("out.ndjson", {one, one});
  const Result<Replayed> replayed = run();
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->records, 0U);
  EXPECT_EQ(file("out.ndjson"), one + "\n" + one + "\n");
  budget_.release(1 << 20);
}

TEST_F(ReplayTest, ManyLettersComeBackInSeveralChunks) {
  std::vector<std::string> all;
  std::uint32_t records = 0;
  for (std::size_t bytes = 0; bytes < 600'000; bytes += all.back().size()) {
    const std::string message(10'000, static_cast<char>('a' + records % 26));
    all.push_back(R"({"time":"2026","record":{"n":)" + std::to_string(records++) + R"(,"m":")" + message + "\"}}");
  }
  write("out.ndjson", all);
  EXPECT_EQ(run()->records, records);
  while (stream_.take_in()) {
  }
  std::uint64_t seq = 0;
  std::vector<std::uint32_t> chunks;
  while (const stream::ChunkPtr chunk = stream_.at(*cursor_, seq)) {
    EXPECT_TRUE(chunk->plain.starts_with("{\"n\":" + std::to_string(seq) + ","));
    EXPECT_LT(chunk->plain_bytes, 300'000U);
    chunks.push_back(chunk->records);
    seq = chunk->end_seq();
  }
  EXPECT_EQ(chunks.size(), 3U) << "of 256 KiB";
  EXPECT_EQ(seq, records) << "and the last one, which isn't full";
}

TEST_F(ReplayTest, LettersStayUntilTheDiskHasTheRecords) {
  LinuxFileSystem files(folder_ + "/stream");
  SeededRandom random(5);
  Result<std::unique_ptr<stream::Store>> store = stream::Store::open({"s", 4 << 20, 1 << 20}, files, random, clock_);
  ASSERT_TRUE(store) << store.error().message;
  stream::Stream durable({}, budget_, compressor_, bytes_, std::make_unique<stream::Storage>("s", std::move(*store)));
  const std::string one = letter("2026-11-20T10:00:00.5Z", "rejected", 1);
  write("out.ndjson", {one});
  Replay replay({letters_, "out", durable, budget_, clock_, stop_, std::chrono::milliseconds(20)});
  EXPECT_FALSE(replay.run({})) << "nobody stores anything";
  EXPECT_EQ(file("out.replaying"), one + "\n");
  const Result<Replayed> none = replay.run({"poison", ""});
  ASSERT_TRUE(none) << "which has nothing to wait for: " << none.error().message;
  EXPECT_EQ(none->kept, 1U);
  EXPECT_EQ(file("out.ndjson"), one + "\n");
}

TEST_F(ReplayTest, AFailureDoesNotMultiplyTheLettersThatStay) {
  const std::string stays = letter("2026-11-20T10:00:00.5Z", "poison", 1);
  write("out.ndjson", {stays, letter("2026-11-20T10:00:00.5Z", "rejected", 2)});
  stop_ = true;
  EXPECT_FALSE(run({"rejected", ""}));
  stop_ = false;
  std::filesystem::remove(folder_ + "/out.rest");
  std::filesystem::create_directory(folder_ + "/out.rest");  // can't be written
  EXPECT_FALSE(run({"rejected", ""}));
  EXPECT_EQ(file("out.ndjson"), "") << "they are still set aside";
  std::filesystem::remove(folder_ + "/out.rest");
  EXPECT_EQ(run({"rejected", ""})->kept, 1U);
  EXPECT_EQ(file("out.ndjson"), stays + "\n");
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/out.rest"));
}

TEST_F(ReplayTest, NewLettersAndThoseThatStayShareTheFileAndItsBound) {
  const std::string stays = letter("2026-11-20T10:00:00.5Z", "poison", 1);
  const DeadLetters::Letter fresh{"out", 400, "rejected", "", "{}"};
  ASSERT_TRUE(letters_.keep(fresh));
  std::filesystem::remove(folder_ + "/out.ndjson");
  write("out.replaying", {stays});
  ASSERT_TRUE(letters_.keep(fresh));
  const std::string kept = file("out.ndjson");
  EXPECT_EQ(run({"rejected", ""})->kept, 1U);
  EXPECT_EQ(file("out.ndjson"), stays + "\n" + kept);
  ASSERT_TRUE(letters_.keep(fresh)) << "to the file that is there now";
  EXPECT_GT(file("out.ndjson").size(), stays.size() + 1 + kept.size());
  write("out.replaying", {std::string(9'900, 'x')});
  EXPECT_FALSE(letters_.keep(fresh));
  EXPECT_EQ(letters_.why_not(), "dead_letters_full");
}

TEST_F(ReplayTest, LosesNoLetterThatIsKeptMeanwhile) {
  constexpr int count = 200;
  DeadLetterFiles letters(folder_, 1'000'000, clock_);
  std::atomic<bool> done{false};
  std::thread keeper([&] {
    for (int i = 0; i < count; ++i) EXPECT_TRUE(letters.keep({"out", 400, "poison", "", "{}"}));
    done = true;
  });
  const auto replay = [&] {
    return Replay({letters, "out", stream_, budget_, clock_, stop_, std::chrono::seconds(1)}).run({"rejected", ""});
  };
  while (!done) EXPECT_TRUE(replay());
  keeper.join();
  EXPECT_TRUE(letters.sync());
  EXPECT_EQ(replay()->kept, std::uint64_t{count});
}

}  // namespace
}  // namespace towline::delivery
