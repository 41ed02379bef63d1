// Compress once, send often: plain bytes become deflate segments, and segments are spliced into one gzip member.
// `fast` is ISA-L (several times faster, a little larger), 1 to 9 are zlib's levels. Facts: RFC 1951, RFC 1952.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "record/chunk.hpp"

namespace towline::codec {

enum class GzipLevel : std::uint8_t { fast = 0, l1, l2, l3, l4, l5, l6, l7, l8, l9 };

// Holds the working memory of a compressor (some 300 KiB). One per thread; not thread-safe.
class Compressor {
 public:
  Compressor();
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  // `plain` must not be empty and at most 1 GiB.
  record::Segment compress(std::string_view plain, GzipLevel level);

 private:
  struct Fast;
  std::unique_ptr<Fast> fast_;  // made on first use
  std::string out_;             // scratch
};

// The plain bytes of a segment. Aborts on a damaged segment: whoever stores one outside memory checks it first.
std::string inflate(const record::Segment& segment);

// Replaces the chunk's plain bytes by a segment, or the reverse, and moves the charge along.
void pack(record::Chunk& chunk, Compressor& compressor, GzipLevel level);
// The chunk's NDJSON, whichever form it has; `scratch` holds it where it must be inflated.
std::string_view plain_of(const record::Chunk& chunk, std::string& scratch);

// The frame around spliced segments: 10 bytes in front; the final empty block, CRC and length behind.
std::string_view gzip_header();
class GzipTrailer {
 public:
  void add(const record::Segment& segment);
  std::string finish() const;

 private:
  std::uint32_t crc_ = 0;
  std::uint32_t plain_bytes_ = 0;
};

}  // namespace towline::codec
