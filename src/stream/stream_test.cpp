#include "stream/stream.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "stream/writer.hpp"

namespace towline::stream {
namespace {

class StreamTest : public testing::Test {
 protected:
  MemoryBudget budget_{64 << 20};
  codec::Compressor compressor_;
  telemetry::Instrument bytes_;
  telemetry::Instrument accepted_;

  Stream make(std::optional<codec::GzipLevel> packing = {}) {
    return Stream({packing, 1000}, budget_, compressor_, bytes_);
  }
  static record::Chunk chunk(std::uint32_t records, std::size_t bytes = 10) {
    record::Chunk chunk;
    chunk.plain.assign(bytes, 'x');
    chunk.records = records;
    chunk.plain_bytes = static_cast<std::uint32_t>(bytes);
    return chunk;
  }
};

TEST_F(StreamTest, NumbersRecordsAndFindsChunks) {
  Stream stream = make();
  Cursor& cursor = stream.open_cursor("s");
  EXPECT_EQ(stream.at(cursor, 0), nullptr);
  stream.append(chunk(3));
  stream.append(chunk(2));
  EXPECT_EQ(stream.at(cursor, 0), nullptr) << "not taken in yet";
  stream.take_in();
  EXPECT_EQ(stream.at(cursor, 2)->first_seq, 0U);
  EXPECT_EQ(stream.at(cursor, 3)->first_seq, 3U);
  EXPECT_EQ(stream.at(cursor, 5), nullptr);
  EXPECT_EQ(stream.end(), 5U);
}

TEST_F(StreamTest, AChunkIsHeldUntilEveryCursorHasSettledIt) {
  Stream stream = make();
  Cursor& cursor = stream.open_cursor("fast");
  Cursor& slow = stream.open_cursor("slow");
  stream.append(chunk(3));
  stream.append(chunk(3));
  stream.take_in();
  cursor.settle({0, 6});
  stream.let_go();
  EXPECT_NE(stream.at(cursor, 0), nullptr);
  EXPECT_GT(budget_.used(), 0U);
  slow.settle({0, 4});
  stream.let_go();
  EXPECT_EQ(stream.at(cursor, 4)->first_seq, 3U) << "the second is settled in part only";
  slow.settle({4, 6});
  stream.let_go();
  EXPECT_EQ(budget_.used(), 0U);
  EXPECT_EQ(bytes_.value(), 0U);
}

TEST_F(StreamTest, FullChunksArePackedAndTheBudgetFollows) {
  Stream stream = make(codec::GzipLevel::fast);
  Cursor& cursor = stream.open_cursor("s");
  stream.append(chunk(1, 100'000));
  stream.append(chunk(1, 10));
  stream.take_in();
  EXPECT_TRUE(stream.at(cursor, 0)->is_packed());
  EXPECT_FALSE(stream.at(cursor, 1)->is_packed());
  EXPECT_LT(budget_.used(), 5000U);
  EXPECT_EQ(bytes_.value(), budget_.used());
}

TEST_F(StreamTest, ShardsMayAppendAtTheSameTime) {
  Stream stream = make();
  Cursor& cursor = stream.open_cursor("s");
  const auto append_many = [&] {
    for (int i = 0; i < 2000; ++i) stream.append(chunk(2));
  };
  std::thread one(append_many);
  std::thread two(append_many);
  std::uint64_t seen = 0;
  while (seen < 8000) {
    stream.take_in();
    while (const auto chunk = stream.at(cursor, seen)) {
      cursor.settle({seen, chunk->end_seq()});
      seen = chunk->end_seq();
      stream.let_go();
    }
  }
  one.join();
  two.join();
  EXPECT_EQ(stream.end(), 8000U);
  EXPECT_EQ(budget_.used(), 0U);
}

TEST_F(StreamTest, AWriterHandsOverFullChunksAndPartOnesWhenTold) {
  Stream stream = make();
  Cursor& cursor = stream.open_cursor("s");
  Writer writer({100, 1000, "dt"}, stream, accepted_);
  for (int i = 0; i < 5; ++i) {
    writer.begin({}).append(30, 'a');
    writer.commit(MonoTime{}, WallTime{});
  }
  stream.take_in();
  EXPECT_EQ(stream.end(), 4U);
  EXPECT_EQ(stream.at(cursor, 0)->plain.size(), 4U * 31);
  EXPECT_FALSE(writer.empty());
  writer.flush();
  stream.take_in();
  EXPECT_EQ(stream.end(), 5U);
  EXPECT_LT(stream.at(cursor, 4)->plain.capacity(), 64U) << "a part chunk costs what it holds";
  EXPECT_EQ(accepted_.value(), 5U);
  writer.flush();
  EXPECT_EQ(stream.end(), 5U) << "nothing to flush";
}

TEST_F(StreamTest, AWriterKeepsDeadLettersApart) {
  Stream stream = make();
  Cursor& cursor = stream.open_cursor("s");
  Writer writer({}, stream, accepted_);
  for (const char* reason : {"", "invalid", "", "invalid", ""}) {
    writer.begin(reason) += "{}";
    writer.commit(MonoTime{}, WallTime{});
  }
  EXPECT_FALSE(writer.empty());
  writer.flush();
  EXPECT_TRUE(writer.empty());
  stream.take_in();
  EXPECT_EQ(stream.at(cursor, 0)->records, 3U) << "bad lines between them don't cut the good ones";
  EXPECT_EQ(stream.at(cursor, 0)->dead_letter_reason, "");
  EXPECT_EQ(stream.at(cursor, 3)->records, 2U);
  EXPECT_EQ(stream.at(cursor, 3)->dead_letter_reason, "invalid");
}

TEST_F(StreamTest, TakingInIsDoneInPortions) {
  Stream stream = make(codec::GzipLevel::fast);
  Cursor& cursor = stream.open_cursor("s");
  for (int i = 0; i < 20; ++i) stream.append(chunk(1, 256 * 1024));
  EXPECT_TRUE(stream.take_in());
  EXPECT_NE(stream.at(cursor, 0), nullptr);
  EXPECT_EQ(stream.at(cursor, 19), nullptr);
  int calls = 1;
  while (stream.take_in()) ++calls;
  EXPECT_EQ(calls, 4);
  EXPECT_NE(stream.at(cursor, 19), nullptr);
}

TEST_F(StreamTest, WhatOneCursorHasLostAndTheOthersHaveSettledIsLetGoOf) {
  Stream stream = make();
  Cursor& dead = stream.open_cursor("dead");
  Cursor& cursor = stream.open_cursor("alive");
  for (int i = 0; i < 4; ++i) stream.append(chunk(10));
  stream.take_in();
  const std::uint64_t of_one = budget_.used() / 4;
  EXPECT_EQ(stream.bytes_held(dead), 4 * of_one);

  dead.lose({10, 30}, Loss::drop_newest, {}, {});
  stream.let_go();
  EXPECT_EQ(budget_.used(), 4 * of_one) << "the other still needs it";
  EXPECT_EQ(stream.bytes_held(dead), 2 * of_one);
  cursor.settle({0, 40});
  stream.let_go();
  EXPECT_EQ(budget_.used(), 2 * of_one);
  EXPECT_EQ(stream.at(dead, 0)->first_seq, 0U);
  EXPECT_EQ(stream.at(dead, 30)->first_seq, 30U);
  EXPECT_EQ(stream.bytes_held(dead), 2 * of_one);
}

TEST_F(StreamTest, KnowsWhereSoManyBytesEnd) {
  Stream stream = make();
  stream.open_cursor("s");
  for (int i = 0; i < 4; ++i) stream.append(chunk(10));
  stream.take_in();
  const std::uint64_t of_one = budget_.used() / 4;
  EXPECT_EQ(stream.seq_after(0, 1), 10U);
  EXPECT_EQ(stream.seq_after(0, of_one), 10U);
  EXPECT_EQ(stream.seq_after(10, of_one + 1), 30U);
  EXPECT_EQ(stream.seq_after(30, 100 * of_one), 40U);
}

}  // namespace
}  // namespace towline::stream
