#include "stream/disk/segment_format.hpp"

#include <gtest/gtest.h>

namespace towline::stream::disk {
namespace {

TEST(SegmentFormat, names) {
  EXPECT_EQ(segment_name(0), "0000000000000000.seg");
  EXPECT_EQ(segment_name(0xABCDEF), "0000000000abcdef.seg");
  EXPECT_EQ(first_seq_of(segment_name(0xFEDCBA9876543210U)), 0xFEDCBA9876543210U);
  for (const char* other : {"", ".seg", "0.seg", "000000000000000g.seg", "0000000000ABCDEF.seg", "0000000000000000.tmp",
                            "00000000000000000.seg", "LOCK", "-000000000000001.seg", "+000000000000001.seg"})
    EXPECT_EQ(first_seq_of(other), std::nullopt) << other;
}

SegmentHeader a_segment() {
  SegmentHeader header;
  header.uuid = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  header.first_seq = 0x1122334455667788U;
  header.epoch = 0x99AABBCCDDEEFF00U;
  return header;
}

ChunkHeader a_chunk() {
  return {Codec::deflate, 3, 1000, 5000, 0x12345678U, 17, 0x1122334455667788U, 0x99AABBCCDDEEFF00U, -5, 0x87654321U};
}

TEST(SegmentFormat, the_layout_is_the_documented_one) {
  const std::string segment = encode(a_segment());
  ASSERT_EQ(segment.size(), segment_header_bytes);
  EXPECT_EQ(segment.substr(0, 16), std::string("\xFFtowseg\n\1\0\0\0\0\0\0\0", 16));
  EXPECT_EQ(segment.substr(16, 16), std::string("\1\2\3\4\5\6\7\b\t\n\v\f\r\x0E\x0F\x10", 16));
  EXPECT_EQ(segment.substr(32, 8), "\x88\x77\x66\x55\x44\x33\x22\x11");
  EXPECT_EQ(segment.substr(48, 12), std::string(12, '\0'));

  const std::string chunk = encode(a_chunk(), 0xDDCCBBAAU);
  ASSERT_EQ(chunk.size(), chunk_header_bytes);
  EXPECT_EQ(chunk.substr(0, 12), std::string("\xFFtow\xAA\xBB\xCC\xDD\1\1\3\0", 12));
  EXPECT_EQ(chunk.substr(12, 4), std::string("\xE8\3\0\0", 4));
  EXPECT_EQ(chunk.substr(28, 4), "\x21\x43\x65\x87");
  EXPECT_EQ(chunk.substr(32, 8), "\x88\x77\x66\x55\x44\x33\x22\x11");
  EXPECT_EQ(chunk.substr(56, 4), std::string(4, '\0'));
}

TEST(SegmentFormat, headers_come_back) {
  const auto segment = decode_segment_header(encode(a_segment()));
  ASSERT_TRUE(segment);
  EXPECT_EQ(segment->uuid, a_segment().uuid);
  EXPECT_EQ(segment->first_seq, a_segment().first_seq);
  EXPECT_EQ(segment->epoch, a_segment().epoch);

  const auto chunk = decode_chunk_header(encode(a_chunk(), 42), 42);
  ASSERT_TRUE(chunk);
  EXPECT_EQ(encode(*chunk, 42), encode(a_chunk(), 42));
  EXPECT_EQ(chunk->received_ns, -5);
  EXPECT_EQ(chunk->bytes_used(), 1064U);
  EXPECT_EQ(chunk->bytes_stored(), 1064U);
}

TEST(SegmentFormat, every_flipped_bit_of_a_header_is_noticed) {
  const std::string segment = encode(a_segment());
  const std::string chunk = encode(a_chunk(), 42);
  for (std::size_t bit = 0; bit < 64 * 8; ++bit) {
    std::string bad = segment;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(decode_segment_header(bad)) << bit;
    bad = chunk;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(decode_chunk_header(bad, 42)) << bit;
  }
  EXPECT_FALSE(decode_segment_header(std::string_view(segment).substr(0, 63)));
  EXPECT_FALSE(decode_chunk_header(std::string_view(chunk).substr(0, 63), 42));
}

TEST(SegmentFormat, headers_that_make_no_sense_are_none) {
  EXPECT_FALSE(decode_chunk_header(encode(a_chunk(), 42), 43)) << "of another stream";
  ChunkHeader header = a_chunk();
  header.records = 0;
  EXPECT_FALSE(decode_chunk_header(encode(header, 42), 42));
  header = a_chunk();
  header.reason_bytes = 1001;
  EXPECT_FALSE(decode_chunk_header(encode(header, 42), 42)) << "a reason longer than the payload";
  header = a_chunk();
  header.first_seq = ~std::uint64_t{0} - 16;
  EXPECT_FALSE(decode_chunk_header(encode(header, 42), 42)) << "numbers overflow";
  header = a_chunk();
  header.codec = Codec::plain;
  EXPECT_FALSE(decode_chunk_header(encode(header, 42), 42)) << "plain bytes that aren't there";
  header.codec = static_cast<Codec>(2);
  EXPECT_FALSE(decode_chunk_header(encode(header, 42), 42)) << "a codec that we don't know";
}

}  // namespace
}  // namespace towline::stream::disk
