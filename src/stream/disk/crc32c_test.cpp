#include "stream/disk/crc32c.hpp"

#include <gtest/gtest.h>

namespace towline::stream::disk {
namespace {

TEST(Crc32c, is_the_castagnoli_one) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);  // RFC 3720, B.4
}

TEST(Crc32c, continues) {
  EXPECT_EQ(crc32c("6789", crc32c("12345")), crc32c("123456789"));
}

}  // namespace
}  // namespace towline::stream::disk
