#include "codec/gzip.hpp"

#include <isa-l.h>
#include <zlib.h>

#include <array>
#include <cstring>

#include "base/check.hpp"

namespace towline::codec {

namespace {

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::uint32_t crc_of(std::string_view plain) {
  return crc32_gzip_refl(0, bytes_of(plain), plain.size());
}

// Room for bytes that don't compress: stored blocks of 64 KiB with 5 bytes each, and the flush.
std::size_t bound(std::size_t plain_bytes) {
  return plain_bytes + (plain_bytes / 16384 + 1) * 5 + 1024;
}

std::size_t compress_zlib(std::string_view plain, int level, std::string& out) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  stream.next_in = const_cast<Bytef*>(bytes_of(plain));  // zlib reads only
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&stream, Z_FULL_FLUSH) == Z_OK && stream.avail_in == 0 && stream.avail_out > 0);
  const std::size_t size = out.size() - stream.avail_out;
  deflateEnd(&stream);
  return size;
}

void append_little_endian(std::string& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>((value >> shift) & 0xFFU));
}

}  // namespace

struct Compressor::Fast {
  isal_zstream stream;
  std::array<std::uint8_t, ISAL_DEF_LVL2_DEFAULT> level_buffer;

  std::size_t compress(std::string_view plain, std::string& out) {
    isal_deflate_stateless_init(&stream);
    stream.level = 2;
    stream.level_buf = level_buffer.data();
    stream.level_buf_size = static_cast<std::uint32_t>(level_buffer.size());
    stream.gzip_flag = IGZIP_DEFLATE;
    stream.flush = FULL_FLUSH;
    stream.end_of_stream = 0;
    stream.next_in = const_cast<std::uint8_t*>(bytes_of(plain));  // ISA-L reads only
    stream.avail_in = static_cast<std::uint32_t>(plain.size());
    stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream.avail_out = static_cast<std::uint32_t>(out.size());
    CHECK(isal_deflate_stateless(&stream) == COMP_OK && stream.avail_in == 0);
    return stream.total_out;
  }
};

Compressor::Compressor() = default;
Compressor::~Compressor() = default;

record::Segment Compressor::compress(std::string_view plain, GzipLevel level) {
  CHECK(!plain.empty() && plain.size() <= (std::size_t{1} << 30U));
  if (out_.size() < bound(plain.size())) out_.resize(bound(plain.size()));
  if (level == GzipLevel::fast && fast_ == nullptr) fast_ = std::make_unique<Fast>();
  const std::size_t size =
      level == GzipLevel::fast ? fast_->compress(plain, out_) : compress_zlib(plain, static_cast<int>(level), out_);

  record::Segment segment;
  segment.deflate.assign(out_.data(), size);
  segment.crc = crc_of(plain);
  segment.plain_bytes = static_cast<std::uint32_t>(plain.size());
  return segment;
}

std::string inflate(const record::Segment& segment) {
  std::string plain(segment.plain_bytes, '\0');
  z_stream stream{};
  CHECK(inflateInit2(&stream, -MAX_WBITS) == Z_OK);
  stream.next_in = const_cast<Bytef*>(bytes_of(segment.deflate));
  stream.avail_in = static_cast<uInt>(segment.deflate.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  ::inflate(&stream, Z_SYNC_FLUSH);
  const bool whole = stream.avail_out == 0;
  inflateEnd(&stream);
  CHECK(whole && crc_of(plain) == segment.crc);
  return plain;
}

void pack(record::Chunk& chunk, Compressor& compressor, GzipLevel level) {
  if (chunk.is_packed()) return;
  chunk.packed = compressor.compress(chunk.plain, level);
  std::string().swap(chunk.plain);
  chunk.charge.resize(chunk.bytes_held());
}

std::string_view plain_of(const record::Chunk& chunk, std::string& scratch) {
  if (!chunk.is_packed()) return chunk.plain;
  scratch = inflate(chunk.packed);
  return scratch;
}

std::string_view gzip_header() {
  // magic, deflate, no flags, no time, no extra flags, Unix
  static constexpr std::array<char, 10> header = {'\x1f', '\x8b', 8, 0, 0, 0, 0, 0, 0, 3};
  return {header.data(), header.size()};
}

void GzipTrailer::add(const record::Segment& segment) {
  crc_ = static_cast<std::uint32_t>(crc32_combine(crc_, segment.crc, static_cast<z_off_t>(segment.plain_bytes)));
  plain_bytes_ += segment.plain_bytes;  // modulo 2^32, as the format wants it
}

std::string GzipTrailer::finish() const {
  std::string trailer("\x03\x00", 2);  // an empty final block with fixed codes
  append_little_endian(trailer, crc_);
  append_little_endian(trailer, plain_bytes_);
  return trailer;
}

}  // namespace towline::codec
