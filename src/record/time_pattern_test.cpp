#include "record/time_pattern.hpp"

#include <gtest/gtest.h>

#include <string>

#include "record/dates_test_support.hpp"
#include "record/time_format.hpp"

namespace towline::record {
namespace {

std::string read(std::string_view pattern, std::string_view text) {
  const Result<TimePattern> parsed = TimePattern::parse(pattern);
  if (!parsed) return parsed.error().message;
  const Timestamp timestamp = parsed->read(text, {dates_received, std::chrono::hours(1)});
  if (timestamp.error != TimeError::none) return std::string(name(timestamp.error));
  return std::string(format_rfc3339_short(timestamp.time).view());
}

TEST(TimePattern, ReadsEveryConversion) {
  EXPECT_EQ(read("%d.%m.%Y %H:%M:%S", "20.11.2026 17:05:42"), "2026-11-20T16:05:42Z");
  EXPECT_EQ(read("%d.%m.%Y %H:%M:%S", "1.2.2026 7:5:4"), "2026-02-01T06:05:04Z");
  EXPECT_EQ(read("%m/%d/%y %I:%M %p", "11/20/26 05:05 PM"), "2026-11-20T16:05:00Z");
  EXPECT_EQ(read("%D %p %I", "11/20/26 am 12"), "2026-11-19T23:00:00Z");
  EXPECT_EQ(read("%D", "11/20/69"), "1969-11-19T23:00:00Z");
  EXPECT_EQ(read("%A, %e. %B %Y %R", "Friday,  6. November 2026 17:05"), "2026-11-06T16:05:00Z");
  EXPECT_EQ(read("%a %b %d %h %Y", "fri nov 20 NOV 2026"), "2026-11-19T23:00:00Z");
  EXPECT_EQ(read("%F@%T.%f", "2026-11-20@17:05:42.1234567891"), "2026-11-20T16:05:42.123456789Z");
  EXPECT_EQ(read("%F %T.%L%z", "2026-11-20 17:05:42.007+0000"), "2026-11-20T17:05:42.007Z");
  EXPECT_EQ(read("%F %T%.f %Z", "2026-11-20 17:05:42,5 UTC"), "2026-11-20T17:05:42.500Z");
  EXPECT_EQ(read("%F %T%.f %Z", "2026-11-20 17:05:42 GMT"), "2026-11-20T17:05:42Z");
  EXPECT_EQ(read("%Y%j", "2026324"), "2026-11-19T23:00:00Z");
  EXPECT_EQ(read("%s%.f", "1795194342.25"), "2026-11-20T17:05:42.250Z");
  EXPECT_EQ(read("%s", "-1"), "1969-12-31T23:59:59Z");
  EXPECT_EQ(read("100%% %t%F", "100%  2026-11-20"), "2026-11-19T23:00:00Z");
  EXPECT_EQ(read("I%m%d %T.%f", "I1120 11:05:42.123456"), "2026-11-20T10:05:42.123456Z") << "the year of the receipt";
}

TEST(TimePattern, AllOfTheTextMustFit) {
  for (const char* text : {"20.11.2026", "20.11.2026 17:05", "20.11.2026 17:05:42 ", "20.11.2026 17:05:42Z", "",
                           "20-11-2026 17:05:42", "20.11.26 17:05:42", "20.11.2026\n17:05:42", "x20.11.2026 17:05:42"})
    EXPECT_EQ(read("%d.%m.%Y %H:%M:%S", text), "unknown_form") << text;
  EXPECT_EQ(read("%d %b %Y", "20 Foo 2026"), "unknown_form");
  EXPECT_EQ(read("%F %p", "2026-11-20 XM"), "unknown_form");
  EXPECT_EQ(read("%F %L", "2026-11-20 1234"), "unknown_form");
  EXPECT_EQ(read("%s", "-"), "unknown_form");
  EXPECT_EQ(read("%s", "1234567890123"), "unknown_form");
}

TEST(TimePattern, WhatCanNotBe) {
  EXPECT_EQ(read("%d.%m.%Y", "31.11.2026"), "no_such_time");
  EXPECT_EQ(read("%Y-%j", "2026-366"), "no_such_time");
  EXPECT_EQ(read("%Y-%j", "2026-0"), "unknown_form");
  EXPECT_EQ(read("%F %I %p", "2026-11-20 13 PM"), "no_such_time");
  EXPECT_EQ(read("%a %F", "Thu 2026-11-20"), "no_such_time");
  EXPECT_EQ(read("%F %Z", "2026-11-20 IST"), "ambiguous");
  EXPECT_EQ(read("%Y-%m-%d", "9999-01-01"), "out_of_range");
  EXPECT_EQ(read("%s", "999999999999"), "out_of_range");
}

TEST(TimePattern, SaysWhatIsWrongWithIt) {
  EXPECT_EQ(read("%d.%Q.%Y", ""), "column 4: `%Q` is not known");
  EXPECT_EQ(read("%F %", ""), "column 4: a letter is missing after `%`");
  EXPECT_NE(read("%H:%M", "").find("column 1: a day is missing"), std::string::npos);
  EXPECT_NE(read("", "").find("a day is missing"), std::string::npos);
  EXPECT_NE(read("%j", "").find("a day is missing"), std::string::npos);
  EXPECT_NE(read("m d", "").find("a day is missing"), std::string::npos) << "letters are no conversions";
}

TEST(TimePattern, KnowsWhatWasWritten) {
  EXPECT_EQ(TimePattern::parse("%F %T")->text(), "%F %T");
}

}  // namespace
}  // namespace towline::record
