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

}  // namespace
}  // namespace towline::record
