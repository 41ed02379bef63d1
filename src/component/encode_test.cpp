#include "component/encode.hpp"

#include <gtest/gtest.h>

#include "codec/gzip_test_support.hpp"

namespace towline::component {
namespace {

std::shared_ptr<record::Chunk> chunk_of(std::uint32_t first, std::uint32_t records) {
  auto chunk = std::make_shared<record::Chunk>();
  chunk->first_seq = first;
  chunk->records = records;
  for (std::uint32_t i = 0; i < records; ++i) chunk->plain += "{\"n\":" + std::to_string(first + i) + "}\n";
  chunk->plain_bytes = static_cast<std::uint32_t>(chunk->plain.size());
  return chunk;
}

std::string lines(std::uint32_t first, std::uint32_t records) {
  return chunk_of(first, records)->plain;
}

// Whole and packed, cut and packed, whole and plain, cut and plain.
Batch mixed_batch(codec::Compressor& compressor) {
  Batch batch;
  const auto packed = chunk_of(0, 5000);
  const auto packed_cut = chunk_of(5000, 5000);
  codec::pack(*packed, compressor, codec::GzipLevel::fast);
  codec::pack(*packed_cut, compressor, codec::GzipLevel::l6);
  batch.slices = {{packed, 0, 5000}, {packed_cut, 10, 100}, {chunk_of(20'000, 3), 0, 3}, {chunk_of(30'000, 9), 7, 2}};
  return batch;
}

const std::string mixed_lines = lines(0, 5000) + lines(5010, 100) + lines(20'000, 3) + lines(30'007, 2);

TEST(Encode, GzipIsOneMemberWithExactlyTheRecords) {
  codec::Compressor compressor;
  const Batch batch = mixed_batch(compressor);
  EXPECT_EQ(codec::gunzip(encode_gzip(batch, compressor, codec::GzipLevel::fast).text()), mixed_lines);
}

TEST(Encode, PlainIsExactlyTheRecords) {
  codec::Compressor compressor;
  const Batch batch = mixed_batch(compressor);
  EXPECT_EQ(encode_plain(batch).text(), mixed_lines);
}

TEST(Encode, ABodyIsReadInPiecesOfAnySize) {
  codec::Compressor compressor;
  const codec::Body body = encode_plain(mixed_batch(compressor));
  std::string all;
  for (std::size_t step = 1; all.size() < body.size(); step = step * 2 % 4099 + 1) {
    std::string piece(step, '\0');
    piece.resize(body.read(all.size(), piece));
    ASSERT_FALSE(piece.empty());
    all += piece;
  }
  EXPECT_EQ(all, mixed_lines);
  std::string end(1, '\0');
  EXPECT_EQ(body.read(body.size(), end), 0U);
}

TEST(Encode, ABodyOutlivesTheBatch) {
  codec::Compressor compressor;
  codec::Body body;
  {
    const Batch batch = mixed_batch(compressor);
    body = encode_plain(batch);
  }
  EXPECT_EQ(body.text(), mixed_lines);
}

}  // namespace
}  // namespace towline::component
