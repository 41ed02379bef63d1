#include "delivery/replay.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "component/encode.hpp"

namespace towline::delivery {
namespace {

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() {
    std::string path = testing::TempDir() + "replay_XXXXXX";
    folder_ = ::mkdtemp(path.data());
    cursor_ = &stream_.open_cursor("out");
  }
  ~ReplayTest() override { std::filesystem::remove_all(folder_); }

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
    Replay replay({folder_, "out", stream_, budget_, clock_, stop_, std::chrono::milliseconds(20)});
    return replay.run(filter);
  }

  std::string folder_;
  MemoryBudget budget_{1 << 20};
  codec::Compressor compressor_;
  telemetry::Instrument bytes_;
  SystemClock clock_;
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

}  // namespace
}  // namespace towline::delivery
