// For tests: what a gzip reader of the world makes of a body. Exactly one member, nothing behind it.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace towline::codec {

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

}  // namespace towline::codec
