// For tests: what the rest of the world makes of a gzip body, and the bodies that it makes itself.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace towline::codec {

// Exactly one member, nothing behind it.
inline std::string gunzip(const std::string& body) {
  std::string plain(8 << 20, '\0');
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(::inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0U) << "bytes behind the member";
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

// `window_bits` as zlib has them: MAX_WBITS + 16 is gzip, MAX_WBITS zlib's own frame, -MAX_WBITS deflate without one.
inline std::string deflate_as(int window_bits, const std::string& plain) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, plain.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline std::string gzip(const std::string& plain) {
  return deflate_as(MAX_WBITS + 16, plain);
}

}  // namespace towline::codec
