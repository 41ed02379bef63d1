#include "codec/gzip.hpp"

#include <gtest/gtest.h>

#include <random>

#include "codec/gzip_test_support.hpp"

namespace towline::codec {
namespace {

std::string sample(std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < bytes) text += "{\"n\":" + std::to_string(random()) + ",\"message\":\"request finished\"}\n";
  text.resize(bytes);
  return text;
}

std::string noise(std::size_t bytes) {
  std::mt19937 random(1);
  std::string text(bytes, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

class GzipLevels : public testing::TestWithParam<GzipLevel> {};

TEST_P(GzipLevels, SplicedSegmentsAreOneMember) {
  Compressor compressor;
  GzipTrailer trailer;
  std::string body(gzip_header());
  std::string expected;
  for (const std::size_t bytes : {1UL, 17UL, 65'536UL, 262'144UL, 300'001UL}) {
    const std::string plain = sample(bytes, static_cast<unsigned>(bytes));
    const record::Segment segment = compressor.compress(plain, GetParam());
    EXPECT_EQ(inflate(segment), plain);
    body += segment.deflate;
    trailer.add(segment);
    expected += plain;
  }
  body += trailer.finish();
  EXPECT_EQ(gunzip(body), expected);
}

TEST_P(GzipLevels, BytesThatDoNotCompressFit) {
  Compressor compressor;
  const std::string plain = noise(1'000'003);
  EXPECT_EQ(inflate(compressor.compress(plain, GetParam())), plain);
}

INSTANTIATE_TEST_SUITE_P(All, GzipLevels,
                         testing::Values(GzipLevel::fast, GzipLevel::l1, GzipLevel::l6, GzipLevel::l9));

TEST(Gzip, NoSegmentIsAnEmptyMember) {
  EXPECT_EQ(gunzip(std::string(gzip_header()) + GzipTrailer().finish()), "");
}

TEST(Gzip, PackingShrinksTheChargeAndKeepsTheBytes) {
  MemoryBudget budget(1'000'000);
  record::Chunk chunk;
  chunk.plain = sample(200'000, 3);
  chunk.charge = Charge(budget, chunk.bytes_held());
  const std::string before = chunk.plain;
  const std::uint64_t used = budget.used();

  Compressor compressor;
  pack(chunk, compressor, GzipLevel::fast);
  EXPECT_TRUE(chunk.is_packed());
  EXPECT_LT(budget.used(), used / 2);
  std::string scratch;
  EXPECT_EQ(plain_of(chunk, scratch), before);
}

}  // namespace
}  // namespace towline::codec
