#include "app/commands/logs/time_window.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace towline::app::logs {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

const WallTime now{seconds(1'795'000'000)};  // 2026-11-18T11:06:40Z

WallTime moment(std::string_view text) {
  const Result<WallTime> read = parse_moment(text, now);
  EXPECT_TRUE(read) << text;
  return read ? *read : WallTime{};
}

TEST(LogsTime, DurationsAreBeforeNow) {
  EXPECT_EQ(moment("30m"), now - minutes(30));
  EXPECT_EQ(moment("1h30m"), now - minutes(90));
  EXPECT_EQ(moment("0s"), now);
  EXPECT_EQ(moment("40000d"), WallTime{}) << "further back there is nothing";
}

TEST(LogsTime, DatesAreUtcWhereTheyDontSay) {
  EXPECT_EQ(moment("2026-11-18T11:06:40Z"), now);
  EXPECT_EQ(moment("2026-11-18 11:06:40"), now);
  EXPECT_EQ(moment("2026-11-18T12:06:40+01:00"), now);
  EXPECT_EQ(moment("2026-11-18"), now - hours(11) - minutes(6) - seconds(40));
  EXPECT_EQ(moment("1795000000"), now);
  EXPECT_EQ(moment("1795000000000"), now);
}

TEST(LogsTime, AnythingElseIsRefused) {
  for (const std::string_view text : {"", "yesterday", "30", "-5m", "2026-13-01", "03/04/2026"}) {
    const Result<WallTime> read = parse_moment(text, now);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message, HasSubstr("30m"));
  }
}

TEST(LogsTime, AWindowHasBothEnds) {
  const Result<TimeWindow> window = parse_window("2h", "1h", now);
  ASSERT_TRUE(window);
  EXPECT_TRUE(window->contains(now - hours(2)));
  EXPECT_TRUE(window->contains(now - hours(1)));
  EXPECT_FALSE(window->contains(now - hours(2) - seconds(1)));
  EXPECT_FALSE(window->contains(now));
  EXPECT_TRUE(parse_window("2h", "", now)->contains(now + hours(1)));

  EXPECT_THAT(parse_window("1h", "2h", now).error().message, HasSubstr("before"));
  EXPECT_THAT(parse_window("x", "", now).error().message, HasSubstr("--since: "));
  EXPECT_THAT(parse_window("1h", "x", now).error().message, HasSubstr("--until: "));
}

}  // namespace
}  // namespace towline::app::logs
