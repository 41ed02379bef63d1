#include "base/siphash.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace towline {
namespace {

std::string hex(const Hash128& hash) {
  std::string text;
  for (const std::uint64_t word : {hash.low, hash.high}) {
    for (int i = 0; i < 8; ++i) {
      char byte[3];
      std::snprintf(byte, sizeof byte, "%02x", static_cast<unsigned>(word >> (8 * i) & 0xFFU));
      text += byte;
    }
  }
  return text;
}

// As `openssl mac -macopt hexkey:000102030405060708090a0b0c0d0e0f -macopt size:16 SIPHASH` has it, for the bytes
// 00 01 02 and so on.
TEST(SipHash, KnownAnswers) {
  const SipKey key{0x0706050403020100U, 0x0F0E0D0C0B0A0908U};
  std::string text;
  for (int i = 0; i < 63; ++i) text += static_cast<char>(i);
  const auto of_first = [&](std::size_t count) { return hex(siphash(key, std::string_view(text).substr(0, count))); };
  EXPECT_EQ(of_first(0), "a3817f04ba25a8e66df67214c7550293");
  EXPECT_EQ(of_first(1), "da87c1d86b99af44347659119b22fc45");
  EXPECT_EQ(of_first(7), "a1f1ebbed8dbc153c0b84aa61ff08239");
  EXPECT_EQ(of_first(8), "3b62a9ba6258f5610f83e264f31497b4");
  EXPECT_EQ(of_first(15), "5493e99933b0a8117e08ec0f97cfc3d9");
  EXPECT_EQ(of_first(63), "5150d1772f50834a503e069a973fbd7c");
}

TEST(SipHash, BytesAreNotSigned) {
  EXPECT_NE(siphash({}, "\xFF"), siphash({}, "\x7F"));
}

TEST(SipHash, EveryKeyIsAnotherOne) {
  EXPECT_NE(random_sip_key(), random_sip_key());
  EXPECT_NE(siphash({1, 0}, "a"), siphash({0, 1}, "a"));
}

}  // namespace
}  // namespace towline
