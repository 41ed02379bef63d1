#include "record/timestamp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "record/dates_test_support.hpp"
#include "record/record.hpp"
#include "record/time_format.hpp"

namespace towline::record {
namespace {

using std::chrono::seconds;

std::string shown(const Timestamp& timestamp) {
  if (timestamp.error != TimeError::none) return std::string(name(timestamp.error));
  return std::string(format_rfc3339_short(timestamp.time).view());
}

std::string read(std::string_view text, std::span<const TimeFormat> formats = default_time_formats(),
                 TimeContext context = {dates_received, seconds(0)}) {
  return shown(parse_timestamp(text, formats, context));
}

std::string read_value(std::string_view json) {
  return shown(parse_timestamp(json, type_of(json.front()), default_time_formats(), {dates_received, seconds(0)}));
}

class Dates : public testing::TestWithParam<DateCase> {};

TEST_P(Dates, MeanWhatTheTableSays) {
  EXPECT_EQ(read_value(GetParam().json), GetParam().means);
}

INSTANTIATE_TEST_SUITE_P(Table, Dates, testing::ValuesIn(date_cases));

TEST(DatesTable, HoldsManyFormsAndEachOnce) {
  std::set<std::string_view> values;
  for (const DateCase& date : date_cases) EXPECT_TRUE(values.insert(date.json).second) << date.json;
  const auto is_instant = [](const DateCase& date) { return date.means.ends_with('Z'); };
  EXPECT_GE(std::ranges::count_if(date_cases, is_instant), 60);
}

// --- docs/dates.md ---

constexpr std::string_view page_begin = R"(# Dates

What the step `parse_timestamp` reads as which instant, received at 2026-11-20T12:00:00Z. The table is part of the
tests. What is none of it keeps its value, and the reason stands in its place here: `unknown_form`, `ambiguous` (the
form can mean several instants), `no_such_time` (the form is known, such a time is not there), `out_of_range` (not from
1678 to 2261), `wrong_type` (neither text nor a number). Names are English; their case doesn't matter. A text of more
than 128 bytes is no time.
)";

std::string page() {
  std::string text(page_begin);
  for (const DateCase& date : date_cases) {
    if (!date.group.empty())
      text.append("\n## ").append(date.group).append("\n\n| Value | Instant | |\n|---|---|---|\n");
    text.append("| `").append(date.json).append("` | ");
    const bool instant = date.means.ends_with('Z');
    text.append(instant ? "" : "`").append(date.means).append(instant ? "" : "`").append(" | ");
    text.append(date.note).append(date.note.empty() ? "|\n" : " |\n");
  }
  return text;
}

// TOWLINE_DATES_UPDATE=1 in the environment writes the page.
TEST(DatesTable, IsTheOneOfTheDocumentation) {
  const auto file = std::filesystem::path(__FILE__).parent_path() / "../../docs/dates.md";
  if (std::getenv("TOWLINE_DATES_UPDATE") != nullptr) std::ofstream(file, std::ios::binary) << page();
  std::stringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  EXPECT_EQ(text.str(), page());
}

// --- beyond the table ---

TEST(Timestamp, WhatHasNoZoneIsInTheOneThatIsGiven) {
  const TimeContext paris{dates_received, std::chrono::hours(1)};
  EXPECT_EQ(read("2026-11-20 17:05:42", default_time_formats(), paris), "2026-11-20T16:05:42Z");
  EXPECT_EQ(read("2026-11-20 17:05:42Z", default_time_formats(), paris), "2026-11-20T17:05:42Z");
  EXPECT_EQ(read("Nov 20 11:00:00", default_time_formats(), paris), "2026-11-20T10:00:00Z");
  EXPECT_EQ(read("1795194342", default_time_formats(), paris), "2026-11-20T17:05:42Z");
}

TEST(Timestamp, AMissingYearIsTheNearestOne) {
  const TimeContext new_year{WallTime(seconds(1'798'761'600 + 60)), seconds(0)};  // 2027-01-01T00:01:00Z
  EXPECT_EQ(read("Dec 31 23:59:59", default_time_formats(), new_year), "2026-12-31T23:59:59Z");
  EXPECT_EQ(read("Jan  1 00:00:59", default_time_formats(), new_year), "2027-01-01T00:00:59Z");
  const TimeContext old_year{WallTime(seconds(1'798'761'600 - 60)), seconds(0)};  // 2026-12-31T23:59:00Z
  EXPECT_EQ(read("Jan  1 00:00:01", default_time_formats(), old_year), "2027-01-01T00:00:01Z");
  const TimeContext leap_year{WallTime(seconds(1'835'438'400)), seconds(0)};  // 2028-02-29
  EXPECT_EQ(read("Feb 29 11:59:58", default_time_formats(), leap_year), "2028-02-29T11:59:58Z");
  EXPECT_EQ(read("Sat Nov 20 12:00:00"), "2027-11-20T12:00:00Z") << "of those with that weekday";
  EXPECT_EQ(read("Mon Nov 20 12:00:00"), "no_such_time");
}

TEST(Timestamp, OnlyTheFormatsThatAreAskedForAreRead) {
  const std::vector<TimeFormat> mail{TimeForm::rfc2822, TimeForm::epoch_ms};
  EXPECT_EQ(read("20 Nov 2026 17:05:42", mail), "2026-11-20T17:05:42Z");
  EXPECT_EQ(read("2026-11-20T17:05:42Z", mail), "unknown_form");
  EXPECT_EQ(read("20/Nov/2026:17:05:42", mail), "unknown_form");
  EXPECT_EQ(read("1500", mail), "1970-01-01T00:00:01.500Z");
  EXPECT_EQ(read("Nov 20 17:05:42", std::vector<TimeFormat>{TimeForm::asctime}), "unknown_form");
  EXPECT_EQ(read("Fri Nov 20 17:05:42 2026", std::vector<TimeFormat>{TimeForm::syslog}), "unknown_form");
  EXPECT_EQ(read("2026-11-20", std::span<const TimeFormat>()), "unknown_form");
}

TEST(Timestamp, AUnitThatIsGivenTakesAnySizeAndSign) {
  const auto in = [](TimeForm form, std::string_view text) { return read(text, std::vector<TimeFormat>{form}); };
  EXPECT_EQ(in(TimeForm::epoch_s, "0"), "1970-01-01T00:00:00Z");
  EXPECT_EQ(in(TimeForm::epoch_s, "-0.000000001"), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(in(TimeForm::epoch_s, "-1.5"), "1969-12-31T23:59:58.500Z");
  EXPECT_EQ(in(TimeForm::epoch_s, "0.05"), "1970-01-01T00:00:00.050Z");
  EXPECT_EQ(in(TimeForm::epoch_s, "1e-10"), "1970-01-01T00:00:00Z");
  EXPECT_EQ(in(TimeForm::epoch_s, "0005"), "1970-01-01T00:00:05Z");
  EXPECT_EQ(in(TimeForm::epoch_s, "9214646399"), "2261-12-31T23:59:59Z");
  EXPECT_EQ(in(TimeForm::epoch_s, "9214646400"), "out_of_range");
  EXPECT_EQ(in(TimeForm::epoch_s, "-9214560001"), "out_of_range");
  EXPECT_EQ(in(TimeForm::epoch_s, "1e400"), "out_of_range");
  EXPECT_EQ(in(TimeForm::epoch_s, "1e99999999999"), "unknown_form");
  EXPECT_EQ(in(TimeForm::epoch_s, "123456789012345678901234567890123456789012345678901234567890"), "out_of_range");
  EXPECT_EQ(in(TimeForm::epoch_ms, "1"), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(in(TimeForm::epoch_us, "-1"), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(in(TimeForm::epoch_ns, "9214646399999999999"), "2261-12-31T23:59:59.999999999Z");
  EXPECT_EQ(in(TimeForm::epoch_ns, "9214646399999999999.9"), "2261-12-31T23:59:59.999999999Z");
  for (const char* text : {"", "-", "+", ".5", "5.", "1e", "1e+-5", "1e5x", "0x10", "1 2", "NaN", "1,5"})
    EXPECT_EQ(in(TimeForm::epoch_s, text), "unknown_form") << text;
}

// A day and a month without a year are not a day, a month and the hour as a year.
TEST(Timestamp, AnHourIsNoYear) {
  EXPECT_EQ(read("20 Nov 12:00:00"), "unknown_form");
  EXPECT_EQ(read("20 Nov 26 12:00:00"), "2026-11-20T12:00:00Z");
}

TEST(Timestamp, WhatIsAlmostATimeIsNone) {
  for (const char* text : {"2026-11-20T",
                           "2026-11-20T1",
                           "2026-11-20T12:0",
                           "2026-11-20T12:00:",
                           "2026-11-20T12:00:00.",
                           "2026-11-20T12:00:00.Z",
                           "2026-11-20T12:00:00+",
                           "2026-11-20T12:00:00+1",
                           "2026-11-20T12:00:00+01:0",
                           "2026-11-20T12:00:00+010",
                           "2026-11-20T12:00:00Zz",
                           "2026-11-20T12:00:00[",
                           "2026-11-20x12:00:00",
                           "2026-11/20",
                           "2026-W47",
                           "2026-W4-5",
                           "2026W47-5",
                           "2026/324",
                           "2026324",
                           "026-11-20",
                           "12026-11-20T12:00:00Z",
                           "+2026-11-20T12:00:00Z",
                           "2026-11-20T12:30.5",
                           "2026-Nov",
                           "2026-Foo-20",
                           "Nov",
                           "Nov 20",
                           "Nov 20, 12:00:00",
                           "Novem 20 12:00:00",
                           "Fri",
                           "Fri,20 Nov 2026",
                           "Fr 20 Nov 2026",
                           "20 Nov",
                           "20 Nov 2026 ",
                           "20-Nov/2026",
                           "20/Nov-2026",
                           "20 Nov 2026x",
                           "20/Nov/2026:12:00:00 +0100 x y z 1",
                           "Z",
                           "UTC",
                           "[]",
                           "[",
                           "AM",
                           "2026-11-20T12:00:00 M=+1"}) {
    const std::string result = read(text);
    const bool is_day = std::string_view(text) == "20 Nov 2026 ";  // spaces around it are skipped
    const bool is_number = std::string_view(text) == "2026324";
    EXPECT_EQ(result, is_day ? "2026-11-20T00:00:00Z" : is_number ? "ambiguous" : "unknown_form") << text;
  }
}

TEST(Timestamp, HalvesOfADay) {
  EXPECT_EQ(read("2026-11-20 12:00:00 AM"), "2026-11-20T00:00:00Z");
  EXPECT_EQ(read("2026-11-20 12:00:00pm"), "2026-11-20T12:00:00Z");
  EXPECT_EQ(read("2026-11-20 1:00:00 PM +0100"), "2026-11-20T12:00:00Z");
  EXPECT_EQ(read("2026-11-20 13:00:00 PM"), "no_such_time");
  EXPECT_EQ(read("2026-11-20 0:00:00 AM"), "no_such_time");
}

TEST(Timestamp, LongTextsAreNoTimes) {
  const std::string fraction(time_bytes_max - 21, '7');
  EXPECT_EQ(read("2026-11-20T12:00:00." + fraction + "Z"), "unknown_form") << "a fraction of more than 64 digits";
  EXPECT_EQ(read("2026-11-20T12:00:00Z" + std::string(time_bytes_max - 20, ' ')), "2026-11-20T12:00:00Z");
  EXPECT_EQ(read("2026-11-20T12:00:00Z" + std::string(time_bytes_max - 19, ' ')), "unknown_form");
  std::string escaped = "\"";
  for (const char c : std::string_view("2026-11-20T12:00:00Z"))
    escaped += std::string("\\u00") + "0123456789abcdef"[c / 16] + "0123456789abcdef"[c % 16];
  EXPECT_EQ(read_value(escaped + "\""), "2026-11-20T12:00:00Z");
  EXPECT_EQ(read_value("\"\\n" + std::string(1 << 20, '1') + "\""), "unknown_form");
}

// Every day of four centuries, by three ways to write it, and there and back.
TEST(Timestamp, AllDaysOfTheCalendar) {
  using namespace std::chrono;
  for (sys_days day = 1678y / 1 / 1; day < sys_days(2262y / 1 / 1); day += days(1)) {
    const WallTime time = day + hours(17) + nanoseconds(day.time_since_epoch().count() & 0xFFFFFF);
    const TimeText text = format_rfc3339_short(time);
    const Timestamp again = parse_timestamp(text.view(), default_time_formats(), {});
    ASSERT_EQ(again.error, TimeError::none) << text.view();
    ASSERT_EQ(again.time, time) << text.view();
    const year_month_day date(day);
    const auto ordinal = (day - sys_days(date.year() / 1 / 1)).count() + 1;
    char written[16];
    std::snprintf(written, sizeof written, "%04d-%03d", static_cast<int>(date.year()), static_cast<int>(ordinal));
    ASSERT_EQ(parse_timestamp(written, default_time_formats(), {}).time, WallTime(day)) << written;
  }
}

}  // namespace
}  // namespace towline::record
