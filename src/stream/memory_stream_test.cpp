#include "stream/memory_stream.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "stream/writer.hpp"

namespace towline::stream {
namespace {

class MemoryStreamTest : public testing::Test {
 protected:
  MemoryBudget budget_{64 << 20};
  codec::Compressor compressor_;
  telemetry::Instrument bytes_;
  telemetry::Instrument accepted_;

  MemoryStream make(std::optional<codec::GzipLevel> packing = {}) {
    return MemoryStream({packing, 1000}, budget_, compressor_, bytes_);
  }
  static record::Chunk chunk(std::uint32_t records, std::size_t bytes = 10) {
    record::Chunk chunk;
    chunk.plain.assign(bytes, 'x');
    chunk.records = records;
    chunk.plain_bytes = static_cast<std::uint32_t>(bytes);
    return chunk;
  }
};

TEST_F(MemoryStreamTest, NumbersRecordsAndFindsChunks) {
  MemoryStream stream = make();
  stream.open_cursor();
  EXPECT_EQ(stream.at(0), nullptr);
  stream.append(chunk(3));
  stream.append(chunk(2));
  EXPECT_EQ(stream.at(0), nullptr) << "not taken in yet";
  stream.take_in();
  EXPECT_EQ(stream.at(2)->first_seq, 0U);
  EXPECT_EQ(stream.at(3)->first_seq, 3U);
  EXPECT_EQ(stream.at(5), nullptr);
  EXPECT_EQ(stream.end(), 5U);
}

TEST_F(MemoryStreamTest, AChunkIsHeldUntilEveryCursorHasSettledIt) {
  MemoryStream stream = make();
  const CursorId fast = stream.open_cursor();
  const CursorId slow = stream.open_cursor();
  stream.append(chunk(3));
  stream.append(chunk(3));
  stream.take_in();
  stream.settle(fast, 6);
  EXPECT_NE(stream.at(0), nullptr);
  EXPECT_GT(budget_.used(), 0U);
  stream.settle(slow, 4);
  EXPECT_EQ(stream.at(4)->first_seq, 3U) << "the second is settled in part only";
  stream.settle(slow, 6);
  EXPECT_EQ(budget_.used(), 0U);
  EXPECT_EQ(bytes_.value(), 0U);
}

TEST_F(MemoryStreamTest, FullChunksArePackedAndTheBudgetFollows) {
  MemoryStream stream = make(codec::GzipLevel::fast);
  stream.open_cursor();
  stream.append(chunk(1, 100'000));
  stream.append(chunk(1, 10));
  stream.take_in();
  EXPECT_TRUE(stream.at(0)->is_packed());
  EXPECT_FALSE(stream.at(1)->is_packed());
  EXPECT_LT(budget_.used(), 5000U);
  EXPECT_EQ(bytes_.value(), budget_.used());
}

TEST_F(MemoryStreamTest, ShardsMayAppendAtTheSameTime) {
  MemoryStream stream = make();
  const CursorId cursor = stream.open_cursor();
  const auto append_many = [&] {
    for (int i = 0; i < 2000; ++i) stream.append(chunk(2));
  };
  std::thread one(append_many);
  std::thread two(append_many);
  std::uint64_t seen = 0;
  while (seen < 8000) {
    stream.take_in();
    while (const auto chunk = stream.at(seen)) {
      seen = chunk->end_seq();
      stream.settle(cursor, seen);
    }
  }
  one.join();
  two.join();
  EXPECT_EQ(stream.end(), 8000U);
  EXPECT_EQ(budget_.used(), 0U);
}

TEST_F(MemoryStreamTest, AWriterHandsOverFullChunksAndPartOnesWhenTold) {
  MemoryStream stream = make();
  stream.open_cursor();
  Writer writer({100, 1000, "dt"}, stream, accepted_);
  for (int i = 0; i < 5; ++i) {
    writer.begin({}).append(30, 'a');
    writer.commit(MonoTime{});
  }
  stream.take_in();
  EXPECT_EQ(stream.end(), 4U);
  EXPECT_EQ(stream.at(0)->plain.size(), 4U * 31);
  EXPECT_FALSE(writer.empty());
  writer.flush();
  stream.take_in();
  EXPECT_EQ(stream.end(), 5U);
  EXPECT_LT(stream.at(4)->plain.capacity(), 64U) << "a part chunk costs what it holds";
  EXPECT_EQ(accepted_.value(), 5U);
  writer.flush();
  EXPECT_EQ(stream.end(), 5U) << "nothing to flush";
}

TEST_F(MemoryStreamTest, AWriterKeepsDeadLettersApart) {
  MemoryStream stream = make();
  stream.open_cursor();
  Writer writer({}, stream, accepted_);
  for (const char* reason : {"", "invalid", "", "invalid", ""}) {
    writer.begin(reason) += "{}";
    writer.commit(MonoTime{});
  }
  EXPECT_FALSE(writer.empty());
  writer.flush();
  EXPECT_TRUE(writer.empty());
  stream.take_in();
  EXPECT_EQ(stream.at(0)->records, 3U) << "bad lines between them don't cut the good ones";
  EXPECT_EQ(stream.at(0)->dead_letter_reason, "");
  EXPECT_EQ(stream.at(3)->records, 2U);
  EXPECT_EQ(stream.at(3)->dead_letter_reason, "invalid");
}

TEST_F(MemoryStreamTest, TakingInIsDoneInPortions) {
  MemoryStream stream = make(codec::GzipLevel::fast);
  stream.open_cursor();
  for (int i = 0; i < 20; ++i) stream.append(chunk(1, 256 * 1024));
  EXPECT_TRUE(stream.take_in());
  EXPECT_NE(stream.at(0), nullptr);
  EXPECT_EQ(stream.at(19), nullptr);
  int calls = 1;
  while (stream.take_in()) ++calls;
  EXPECT_EQ(calls, 4);
  EXPECT_NE(stream.at(19), nullptr);
}

TEST(MemoryBudget, WhoWaitsIsToldWhenThereIsRoom) {
  MemoryBudget budget(100);
  int calls = 0;
  budget.on_room([&calls] { ++calls; });
  budget.charge(100);
  budget.release(50);
  EXPECT_EQ(calls, 0) << "nobody has asked";
  budget.charge(50);
  EXPECT_TRUE(budget.exhausted());
  budget.release(5);
  EXPECT_EQ(calls, 0) << "not enough room yet";
  budget.release(20);
  EXPECT_EQ(calls, 1);
  budget.release(20);
  EXPECT_EQ(calls, 1) << "once";
  EXPECT_FALSE(budget.exhausted());
}

}  // namespace
}  // namespace towline::stream
