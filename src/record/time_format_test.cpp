#include "record/time_format.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace towline::record {
namespace {

std::string format(std::int64_t nanoseconds) {
  const auto text = format_rfc3339(WallTime(std::chrono::nanoseconds(nanoseconds)));
  return {text.data(), text.size()};
}

TEST(TimeFormat, KnownPointsInTime) {
  EXPECT_EQ(format(0), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(format(1'795'194'342'123'456'789), "2026-11-20T17:05:42.123456789Z");
  EXPECT_EQ(format(951'782'400'000'000'001), "2000-02-29T00:00:00.000000001Z");
  EXPECT_EQ(format(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(format(INT64_MAX), "2262-04-11T23:47:16.854775807Z");
  EXPECT_EQ(format(INT64_MIN + 86'400'000'000'000), "1677-09-22T00:12:43.145224192Z");
}

std::string format_short(std::int64_t nanoseconds) {
  return std::string(format_rfc3339_short(WallTime(std::chrono::nanoseconds(nanoseconds))).view());
}

TEST(TimeFormat, NoMoreFractionDigitsThanNeeded) {
  EXPECT_EQ(format_short(1'795'194'342'000'000'000), "2026-11-20T17:05:42Z");
  EXPECT_EQ(format_short(1'795'194'342'100'000'000), "2026-11-20T17:05:42.100Z");
  EXPECT_EQ(format_short(1'795'194'342'000'120'000), "2026-11-20T17:05:42.000120Z");
  EXPECT_EQ(format_short(1'795'194'342'000'000'003), "2026-11-20T17:05:42.000000003Z");
  EXPECT_EQ(format_short(-1'000'000), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace towline::record
