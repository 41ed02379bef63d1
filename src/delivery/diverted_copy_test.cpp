#include "delivery/diverted_copy.hpp"

#include <gtest/gtest.h>

#include "codec/gzip.hpp"
#include "delivery/deliverer_test_support.hpp"

namespace towline::delivery {
namespace {

using component::Batch;
using component::Slice;

std::shared_ptr<record::Chunk> chunk(const std::vector<std::string>& records, std::uint64_t first_seq) {
  auto chunk = std::make_shared<record::Chunk>();
  for (const std::string& record : records) chunk->plain += record + "\n";
  chunk->records = static_cast<std::uint32_t>(records.size());
  chunk->plain_bytes = static_cast<std::uint32_t>(chunk->plain.size());
  chunk->first_seq = first_seq;
  chunk->epoch = 7;
  chunk->oldest = MonoTime(std::chrono::seconds(3));
  chunk->received = WallTime(std::chrono::seconds(4));
  return chunk;
}

std::string marked(const std::string& record) {
  MemoryBudget budget(1 << 20);
  Batch batch;
  batch.slices = {{chunk({record}, 0), 0, 1}};
  batch.records = 1;
  return lines_of(diverted_copy(batch, "primary", budget))[0];
}

TEST(DivertedCopy, EachRecordSaysWhereItWasMeantFor) {
  EXPECT_EQ(marked(R"({"a": 1e400,"b":[{}]})"), R"({"a": 1e400,"b":[{}],"towline":{"diverted_from":"primary"}})");
  EXPECT_EQ(marked("{}"), R"({"towline":{"diverted_from":"primary"}})");
}

TEST(DivertedCopy, TheObjectThatIsThereIsUsed) {
  EXPECT_EQ(marked(R"({"towline":{"error":"not_object"},"m":"x"})"),
            R"({"towline":{"error":"not_object","diverted_from":"primary"},"m":"x"})");
  EXPECT_EQ(marked(R"({"towline":{"diverted_from":"another"}})"), R"({"towline":{"diverted_from":"primary"}})");
  EXPECT_EQ(marked(R"({"towline":{}})"), R"({"towline":{"diverted_from":"primary"}})");
}

TEST(DivertedCopy, NothingOfARecordIsLost) {
  for (const std::string record : {R"({"towline":"mine"})", R"({"towline":[1]})", R"({"towline":null})", "no record"})
    EXPECT_EQ(marked(record), record);
}

TEST(DivertedCopy, HasTheNumbersAndTimesOfTheOriginal) {
  MemoryBudget budget(1 << 20);
  codec::Compressor compressor;
  const auto packed = chunk({R"({"n":20})", R"({"n":21})", R"({"n":22})"}, 20);
  codec::pack(*packed, compressor, codec::GzipLevel::fast);
  Batch batch;
  batch.slices = {{chunk({R"({"n":10})", R"({"n":11})"}, 10), 1, 1}, {packed, 0, 2}};
  batch.first_seq = 11;
  batch.records = 3;
  batch.oldest = MonoTime(std::chrono::seconds(3));
  batch.key = "key";

  const Batch copy = diverted_copy(batch, "p", budget);
  EXPECT_EQ(lines_of(copy), (std::vector<std::string>{R"({"n":11,"towline":{"diverted_from":"p"}})",
                                                      R"({"n":20,"towline":{"diverted_from":"p"}})",
                                                      R"({"n":21,"towline":{"diverted_from":"p"}})"}));
  EXPECT_EQ(copy.first_seq, 11U);
  EXPECT_EQ(copy.records, 3U);
  EXPECT_EQ(copy.oldest, batch.oldest);
  EXPECT_EQ(copy.key, "");
  ASSERT_EQ(copy.slices.size(), 2U);
  EXPECT_EQ(copy.slices[0].first_seq(), 11U);
  EXPECT_TRUE(copy.slices[0].whole());
  EXPECT_EQ(copy.slices[1].first_seq(), 20U);
  EXPECT_EQ(copy.slices[1].end_seq(), 22U);
  EXPECT_NE(copy.slices[1].chunk->epoch, 7U);
  EXPECT_EQ(copy.slices[1].chunk->epoch, copy.slices[0].chunk->epoch);
  EXPECT_EQ(copy.slices[1].chunk->epoch, diverted_copy(batch, "p", budget).slices[1].chunk->epoch) << "in any run";
  EXPECT_NE(copy.slices[1].chunk->epoch, diverted_copy(batch, "q", budget).slices[1].chunk->epoch);
  EXPECT_EQ(copy.slices[1].chunk->received, packed->received);
  EXPECT_EQ(copy.plain_bytes, copy.slices[0].chunk->plain_bytes + copy.slices[1].chunk->plain_bytes);
}

TEST(DivertedCopy, ItsSizeIsKnownBefore) {
  MemoryBudget budget(1 << 20);
  const std::vector<std::string> records{R"({"a":1})", "{}", "no record", R"({"towline":{"diverted_from":""}})",
                                         R"({"towline":{}})"};
  for (const std::string& record : records) {
    Batch batch;
    batch.slices = {{chunk(std::vector<std::string>(50, record), 0), 0, 50}};
    batch.records = 50;
    batch.plain_bytes = batch.slices[0].chunk->plain_bytes;
    EXPECT_LE(diverted_copy(batch, "primary", budget).plain_bytes, copy_bytes_max(batch, "primary")) << record;
  }
  Batch batch;
  batch.slices = {{chunk({R"({"a":1})"}, 0), 0, 1}};
  batch.records = 1;
  batch.plain_bytes = batch.slices[0].chunk->plain_bytes;
  EXPECT_EQ(diverted_copy(batch, "primary", budget).plain_bytes, copy_bytes_max(batch, "primary"));
}

TEST(DivertedCopy, IsChargedWhileItLives) {
  MemoryBudget budget(1 << 20);
  Batch batch;
  batch.slices = {{chunk({"{\"a\":\"" + std::string(1000, 'x') + "\"}"}, 0), 0, 1}};
  batch.records = 1;
  {
    const Batch copy = diverted_copy(batch, "p", budget);
    EXPECT_GE(budget.used(), copy.plain_bytes);
  }
  EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace towline::delivery
