#include "sinks/cloudwatch/event_time.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/random.hpp"
#include "record/limits.hpp"

namespace towline::cloudwatch {
namespace {

using namespace std::chrono_literals;

const WallTime received{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + 12h};

// What the whole record says.
std::optional<std::int64_t> read(const std::string& field, const std::string& json) {
  const std::string padded = json + std::string(record::padding, ' ');
  record::Record record;
  EXPECT_EQ(record.parse(std::string_view(padded).substr(0, json.size()), received), record::ParseError::none) << json;
  return EventTime(field).read(record);
}

std::string with_time(const std::string& text) {
  return R"({"dt":")" + text + R"(","message":"x"})";
}

TEST(EventTime, TheQuickWayReadsWhatTowlineWrites) {
  EventTime time("dt");
  EXPECT_EQ(time.quick(with_time("2026-11-20T12:00:00Z")), 1795176000000);
  EXPECT_EQ(time.quick(with_time("2026-11-20T12:00:00.1239Z")), 1795176000123);
  EXPECT_EQ(time.quick(with_time("2026-11-20T12:00:00.5Z")), 1795176000500);
  EXPECT_EQ(time.quick(with_time("2026-11-20T12:00:00.123456789+01:30")), 1795170600123);
  EXPECT_EQ(time.quick(with_time("2026-11-20T12:00:00-00:30")), 1795177800000);
  EXPECT_EQ(time.quick(with_time("2026-11-21T00:00:00Z")), 1795219200000);
  EXPECT_EQ(time.quick(with_time("1970-01-01T00:00:00Z")), 0);
}

TEST(EventTime, TheQuickWayLeavesEverythingElseAlone) {
  EventTime time("dt");
  for (const char* text : {"", "2026-11-20", "2026-11-20 12:00:00Z", "2026-11-20T12:00:00", "2026-11-20T12:00:00.Z",
                           "2026-11-20T12:00:60Z", "2026-02-29T12:00:00Z", "2026-13-01T12:00:00Z",
                           "2026-11-20T24:00:00Z", "2026-11-20T12:00:00+0100", "2026-11-20T12:00:00Zulu",
                           "2026-11-20T12:00:00+01:60", "0226-11-20T12:00:00Z", "2026-1x-20T12:00:00Z"})
    EXPECT_EQ(time.quick(with_time(text)), std::nullopt) << text;
  for (const char* json :
       {"{}", R"({"dt":1795176000})", R"({ "dt":"2026-11-20T12:00:00Z"})", R"({"dt":"2026-11-20T12:00)",
        R"({"a":1,"dt":"2026-11-20T12:00:00Z"})", R"({"dt2":"2026-11-20T12:00:00Z"})"})
    EXPECT_EQ(time.quick(json), std::nullopt) << json;
  EXPECT_EQ(EventTime("").quick(R"({"":"2026-11-20T12:00:00Z"})"), std::nullopt);
}

TEST(EventTime, TheWholeRecordIsReadInAnyForm) {
  EXPECT_EQ(read("dt", R"({"a":1,"dt":"2026-11-20T12:00:00Z"})"), 1795176000000);
  EXPECT_EQ(read("t.s", R"({"t":{"s":1},"t.s":1795176000.5})"), 1795176000500);
  EXPECT_EQ(read("dt", R"({"dt":"Fri, 20 Nov 2026 12:00:00 GMT"})"), 1795176000000);
  EXPECT_EQ(read("dt", R"({"dt":"1969-12-31T23:59:59.9999Z"})"), -1) << "rounded down";
  for (const char* json : {"{}", R"({"dt":true})", R"({"dt":"soon"})", R"({"x":{"dt":"2026-11-20T12:00:00Z"}})"})
    EXPECT_EQ(read("dt", json), std::nullopt) << json;
  EXPECT_EQ(read("", R"({"":"2026-11-20T12:00:00Z"})"), std::nullopt);
}

TEST(EventTime, BothWaysAgree) {
  EventTime time("dt");
  SeededRandom random(3);
  const auto digits = [&](std::uint64_t bound, std::size_t width) {
    std::string text = std::to_string(random.below(bound));
    return std::string(width - std::min(width, text.size()), '0') + text;
  };
  int quick = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text = "20" + digits(100, 2) + "-" + digits(14, 2) + "-" + digits(33, 2) + "T" + digits(25, 2) + ":" +
                       digits(61, 2) + ":" + digits(61, 2);
    if (random.below(2) == 0) text += "." + digits(1'000'000, 1 + random.below(9));
    text += random.below(2) == 0 ? "Z" : "+" + digits(14, 2) + ":" + digits(60, 2);
    const std::string json = with_time(text);
    const std::optional<std::int64_t> found = time.quick(json);
    if (!found) continue;
    ++quick;
    EXPECT_EQ(found, read("dt", json)) << text;
  }
  EXPECT_GT(quick, 3000);
}

}  // namespace
}  // namespace towline::cloudwatch
