// The table of what is read as which instant. It is tested, and docs/dates.md shows it to users.
#pragma once

#include <array>
#include <string_view>

#include "base/clock.hpp"

namespace towline::record {

// When all of them are received.
inline constexpr WallTime dates_received{std::chrono::seconds{1'795'176'000}};  // 2026-11-20T12:00:00Z

struct DateCase {
  std::string_view group;  // a heading; empty: that of the case before
  std::string_view json;   // the value in the record
  std::string_view means;  // the instant, as format_rfc3339_short() writes it, or the name of a TimeError
  std::string_view note = {};
};

inline constexpr std::array date_cases{
    DateCase{"RFC 3339", R"("2026-11-20T17:05:42Z")", "2026-11-20T17:05:42Z"},
    DateCase{"", R"("2026-11-20t17:05:42z")", "2026-11-20T17:05:42Z", "lower case"},
    DateCase{"", R"("2026-11-20 17:05:42Z")", "2026-11-20T17:05:42Z", "a space"},
    DateCase{"", R"("2026-11-20T17:05:42.5Z")", "2026-11-20T17:05:42.500Z", "any number of digits"},
    DateCase{"", R"("2026-11-20T17:05:42.120Z")", "2026-11-20T17:05:42.120Z"},
    DateCase{"", R"("2026-11-20T17:05:42.123456Z")", "2026-11-20T17:05:42.123456Z"},
    DateCase{"", R"("2026-11-20T17:05:42.123456789Z")", "2026-11-20T17:05:42.123456789Z"},
    DateCase{"", R"("2026-11-20T17:05:42.123456789999Z")", "2026-11-20T17:05:42.123456789Z",
             "cut, not rounded, behind nanoseconds"},
    DateCase{"", R"("2026-11-20T17:05:42,123Z")", "2026-11-20T17:05:42.123Z", "a decimal comma"},
    DateCase{"", R"("2026-11-20T17:05:42+01:00")", "2026-11-20T16:05:42Z"},
    DateCase{"", R"("2026-11-20T17:05:42+0100")", "2026-11-20T16:05:42Z", "no colon"},
    DateCase{"", R"("2026-11-20T17:05:42-08")", "2026-11-21T01:05:42Z", "hours alone"},
    DateCase{"", R"("2026-11-20T17:05:42.1+05:30")", "2026-11-20T11:35:42.100Z"},
    DateCase{"", R"("2026-11-20T17:05:42-00:00")", "2026-11-20T17:05:42Z"},
    DateCase{"", R"("2016-12-31T23:59:60Z")", "2017-01-01T00:00:00Z",
             "a leap second is the second after it, as for POSIX"},
    DateCase{"", R"("2016-12-31T23:59:60.25Z")", "2017-01-01T00:00:00.250Z"},
    DateCase{"", R"("2016-12-31T15:59:60-08:00")", "2017-01-01T00:00:00Z"},
    DateCase{"", R"("2026-11-20T12:00:60Z")", "no_such_time", "no leap second is there"},
    DateCase{"", R"("2026-11-20T24:00:00Z")", "2026-11-21T00:00:00Z", "the end of a day"},
    DateCase{"", R"("2024-02-29T00:00:00Z")", "2024-02-29T00:00:00Z"},
    DateCase{"", R"("2026-02-29T00:00:00Z")", "no_such_time"},
    DateCase{"", R"("2026-13-01T00:00:00Z")", "no_such_time"},
    DateCase{"", R"("2026-11-20T25:00:00Z")", "no_such_time"},
    DateCase{"", R"("2026-11-20T12:60:00Z")", "no_such_time"},
    DateCase{"", R"("2026-11-20T12:00:00+24:00")", "no_such_time"},
    DateCase{"", R"("1678-01-01T00:00:00Z")", "1678-01-01T00:00:00Z", "the first instant"},
    DateCase{"", R"("2261-12-31T23:59:59.999999999Z")", "2261-12-31T23:59:59.999999999Z", "the last one"},
    DateCase{"", R"("2262-01-01T00:00:00Z")", "out_of_range"},
    DateCase{"", R"("0001-01-01T00:00:00Z")", "out_of_range", "what an unset time is in Go and .NET"},
    DateCase{"", R"("2026\u002d11-20T17:05:42Z")", "2026-11-20T17:05:42Z", "escapes"},
    DateCase{"", R"(" [2026-11-20T17:05:42Z] ")", "2026-11-20T17:05:42Z", "in brackets, with spaces around it"},

    DateCase{"ISO 8601", R"("20261120T170542Z")", "2026-11-20T17:05:42Z", "the basic form"},
    DateCase{"", R"("20261120T170542.123+0100")", "2026-11-20T16:05:42.123Z"},
    DateCase{"", R"("20261120T1705Z")", "2026-11-20T17:05:00Z"},
    DateCase{"", R"("2026-11-20T17:05Z")", "2026-11-20T17:05:00Z", "no seconds"},
    DateCase{"", R"("2026-11-20T17Z")", "2026-11-20T17:00:00Z", "no minutes"},
    DateCase{"", R"("2026-11-20")", "2026-11-20T00:00:00Z", "a day alone is its first instant"},
    DateCase{"", R"("20261120")", "2026-11-20T00:00:00Z"},
    DateCase{"", R"("2026-W47-5T17:05:42Z")", "2026-11-20T17:05:42Z", "a day of a week"},
    DateCase{"", R"("2026W475T170542Z")", "2026-11-20T17:05:42Z"},
    DateCase{"", R"("2026-W01-1")", "2025-12-29T00:00:00Z", "weeks may begin in the year before"},
    DateCase{"", R"("2026-W54-1")", "no_such_time"},
    DateCase{"", R"("2026-324T17:05:42Z")", "2026-11-20T17:05:42Z", "a day of the year"},
    DateCase{"", R"("2026324T170542Z")", "2026-11-20T17:05:42Z"},
    DateCase{"", R"("2026-366T00:00:00Z")", "no_such_time"},
    DateCase{"", R"("2026-11")", "unknown_form", "a month is no instant"},
    DateCase{"", R"("17:05:42")", "unknown_form", "nor is a time of every day"},

    DateCase{"Without a zone (the setting `zone` says it; here it is UTC)", R"("2026-11-20 17:05:42,123")",
             "2026-11-20T17:05:42.123Z", "Python's logging, log4j"},
    DateCase{"", R"("2026-11-20 17:05:42.123456")", "2026-11-20T17:05:42.123456Z", "Python's datetime"},
    DateCase{"", R"("2026-11-20T17:05:42")", "2026-11-20T17:05:42Z"},
    DateCase{"", R"("2026/11/20 17:05:42")", "2026-11-20T17:05:42Z", "Go's log, the error log of nginx"},
    DateCase{"", R"("2026-Nov-20 17:05:42.123456")", "2026-11-20T17:05:42.123456Z", "Boost"},
    DateCase{"", R"("20261120-17:05:42.123")", "2026-11-20T17:05:42.123Z", "FIX"},
    DateCase{"", R"("20261120170542")", "2026-11-20T17:05:42Z"},
    DateCase{"", R"("20261120170542123")", "2026-11-20T17:05:42.123Z"},
    DateCase{"", "20261120170542", "2026-11-20T17:05:42Z", "the same as a number"},

    DateCase{"Of languages and databases", R"("2026-11-20 17:05:42.123456789 +0100 CET m=+0.012345")",
             "2026-11-20T16:05:42.123456789Z", "Go"},
    DateCase{"", R"("2026-11-20 17:05:42 +0000 UTC")", "2026-11-20T17:05:42Z", "Go"},
    DateCase{"", R"("2026-11-20 17:05:42 -0500")", "2026-11-20T22:05:42Z", "Ruby"},
    DateCase{"", R"("2026-11-20 17:05:42 UTC")", "2026-11-20T17:05:42Z", "Ruby, PostgreSQL"},
    DateCase{"", R"("2026-11-20 17:05:42.123+00")", "2026-11-20T17:05:42.123Z", "PostgreSQL"},
    DateCase{"", R"("2026-11-20T17:05:42.123+01:00[Europe/Paris]")", "2026-11-20T16:05:42.123Z",
             "Java, RFC 9557: the offset counts"},
    DateCase{"", R"("Fri Nov 20 17:05:42 UTC 2026")", "2026-11-20T17:05:42Z", "Java's Date, Unix date"},
    DateCase{"", R"("Fri Nov 20 17:05:42 EST 2026")", "2026-11-20T22:05:42Z", "the zones of RFC 2822"},
    DateCase{"", R"("Fri Nov 20 17:05:42 +0100 2026")", "2026-11-20T16:05:42Z", "Ruby"},
    DateCase{"", R"("Fri Nov 20 17:05:42 2026 +0100")", "2026-11-20T16:05:42Z", "Git"},
    DateCase{"", R"("Fri Nov 20 17:05:42 2026")", "2026-11-20T17:05:42Z", "C"},
    DateCase{"", R"("Fri Nov  6 17:05:42.123456 2026")", "2026-11-06T17:05:42.123456Z", "the error log of Apache"},
    DateCase{"", R"x("Fri Nov 20 2026 17:05:42 GMT+0100 (Central European Standard Time)")x", "2026-11-20T16:05:42Z",
             "JavaScript"},
    DateCase{"", R"("Nov 20, 2026 5:05:42 PM")", "2026-11-20T17:05:42Z", "java.util.logging"},
    DateCase{"", R"("Nov 20, 2026, 12:05:42\u202fAM")", "2026-11-20T00:05:42Z", "the same since Java 20"},
    DateCase{"", R"("20 Nov 2026 17:05:42,123")", "2026-11-20T17:05:42.123Z", "log4j, Redis"},
    DateCase{"", R"("20-Nov-2026 17:05:42 UTC")", "2026-11-20T17:05:42Z", "PHP"},
    DateCase{"", R"("2026-11-20 17:05:42 IST")", "ambiguous", "Irish, Indian or Israeli"},

    DateCase{"Mail, web servers, syslog", R"("Fri, 20 Nov 2026 17:05:42 +0000")", "2026-11-20T17:05:42Z", "RFC 2822"},
    DateCase{"", R"("20 Nov 2026 17:05 -0800")", "2026-11-21T01:05:00Z"},
    DateCase{"", R"("Fri, 20 Nov 2026 17:05:42 GMT")", "2026-11-20T17:05:42Z", "HTTP"},
    DateCase{"", R"("Friday, 20-Nov-26 17:05:42 GMT")", "2026-11-20T17:05:42Z", "RFC 850"},
    DateCase{"", R"("Thu, 20 Nov 2026 17:05:42 GMT")", "no_such_time", "it was a Friday"},
    DateCase{"", R"("20/Nov/2026:17:05:42 +0100")", "2026-11-20T16:05:42Z", "Apache's access log"},
    DateCase{"", R"("[20/Nov/2026:17:05:42 +0100]")", "2026-11-20T16:05:42Z"},
    DateCase{"", R"("Nov 20 11:59:58")", "2026-11-20T11:59:58Z", "RFC 3164: the year of the receipt"},
    DateCase{"", R"("Nov  6 11:59:58.123")", "2026-11-06T11:59:58.123Z"},
    DateCase{"", R"("Jan 20 11:59:58")", "2027-01-20T11:59:58Z", "or the one that is nearest to it"},
    DateCase{"", R"("Feb 29 11:59:58")", "no_such_time", "none of these years has that day"},

    DateCase{"Numbers since 1970", "1795194342", "2026-11-20T17:05:42Z", "9 and 10 digits: seconds"},
    DateCase{"", "999999999", "2001-09-09T01:46:39Z"},
    DateCase{"", "1795194342123", "2026-11-20T17:05:42.123Z", "12 and 13: milliseconds"},
    DateCase{"", "1795194342123456", "2026-11-20T17:05:42.123456Z", "15 and 16: microseconds"},
    DateCase{"", "1795194342123456789", "2026-11-20T17:05:42.123456789Z", "18 and 19: nanoseconds"},
    DateCase{"", "1795194342.123456789", "2026-11-20T17:05:42.123456789Z", "with a fraction: not through a float"},
    DateCase{"", "1795194342123.4567", "2026-11-20T17:05:42.123456700Z"},
    DateCase{"", "1.795194342e9", "2026-11-20T17:05:42Z", "with an exponent"},
    DateCase{"", "1795194342123E0", "2026-11-20T17:05:42.123Z"},
    DateCase{"", R"("1795194342")", "2026-11-20T17:05:42Z", "as text"},
    DateCase{"", R"("1795194342.5")", "2026-11-20T17:05:42.500Z"},
    DateCase{"", "0", "ambiguous", "and every other number of digits: with `epoch_s` and the like it is read"},
    DateCase{"", "-1", "ambiguous"},
    DateCase{"", "12345", "ambiguous"},
    DateCase{"", "17951943421", "ambiguous", "11 digits"},
    DateCase{"", "9999999999", "out_of_range"},

    DateCase{"No times", R"("03/04/2026 17:05:42")", "ambiguous", "March or April: write a pattern into `formats`"},
    DateCase{"", R"("20.11.2026")", "ambiguous"},
    DateCase{"", R"("yesterday")", "unknown_form"},
    DateCase{"", R"("2026-11-20T17:05:42Z or so")", "unknown_form"},
    DateCase{"", R"("")", "unknown_form"},
    DateCase{"", "true", "wrong_type"},
    DateCase{"", "null", "wrong_type"},
    DateCase{"", R"([2026, 11, 20])", "wrong_type"},
};

}  // namespace towline::record
