// Which figures `towline top` shows of two statuses.
#include "app/commands/top/view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands/top/figures.hpp"

namespace towline::app::top {
namespace {

using namespace std::chrono_literals;
using status::Seconds;
using status::Status;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Status status_at(Seconds uptime, std::uint64_t records) {
  Status status;
  status.version = "1.2.3";
  status.phase = "running";
  status.uptime = uptime;
  status.memory_used = 6 << 20;
  status.memory_limit = 32 << 20;
  status.cpu_seconds = uptime.count() / 50;
  status.sources = {{"app", "tcp", records, records * 100, {}, {}, 3, 0}};
  status.transforms = {{"clean", records, records - records / 10, {{"1_drop_if", records / 10, 0}}}};
  status.streams = {{"clean", true, true, 4096, 1 << 20, 1 << 30, records}};
  status::Sink sink;
  sink.id = "out";
  sink.type = "betterstack";
  sink.state = "healthy";
  sink.delivered = records;
  sink.in_flight_limit = 8;
  status.sinks = {sink};
  return status;
}

std::string text_of(const Moment& moment, Size size = {120, 0}) {
  std::string text;
  for (const std::string& line : lines_of(moment, size, Colour::off)) text += line + "\n";
  return text;
}

TEST(TopView, RatesAreAveragesBetweenTwoLooks) {
  const Status before = status_at(10s, 1000);
  const Status now = status_at(12s, 3500);
  EXPECT_EQ(text_of({now, &before}),
            "towline 1.2.3  running  up 12s  memory 6.0 MiB of 32.0 MiB  resident 0 B  CPU 2.0%  ledger balances\n"
            "\n"
            "SINK  STATE    OUT/S  HELD  BYTES  OLDEST  IN FLIGHT  DELIVERED  DEAD  DROPPED  TYPE\n"
            "out   healthy  1,250     0    0 B       -        0/8      3,500     0        0  betterstack\n"
            "\n"
            "SOURCE   IN/S  BYTES/S  RECEIVED  INVALID  DROPPED  CONNECTIONS  TYPE\n"
            "app     1,250  122 KiB     3,500        0        0            3  tcp\n"
            "\n"
            "TRANSFORM   IN/S  OUT/S  FILTERED  ERRORS\n"
            "clean      1,250  1,125       350       0\n"
            "\n"
            "STREAM   MEMORY     DISK    LIMIT  KEPT\n"
            "clean   4.0 KiB  1.0 MiB  1.0 GiB  on disk\n");
}

TEST(TopView, WithoutAnEarlierLookNoRateIsKnown) {
  const Status now = status_at(12s, 3500);
  EXPECT_THAT(text_of({now}), ContainsRegex("out   healthy +- +0 "));
}

TEST(TopView, ADaemonThatWasStartedAgainHasNoRatesYet) {
  const Status before = status_at(100s, 9000);
  const Status now = status_at(1s, 10);
  EXPECT_THAT(text_of({now, &before}), ContainsRegex("out   healthy +- +0 "));
}

TEST(TopView, AComponentIsFoundWhereverItStoodBefore) {
  Status before = status_at(10s, 1000);
  const Status now = status_at(11s, 1500);
  status::Sink other = before.sinks[0];
  other.id = "other";
  before.sinks.insert(before.sinks.begin(), other);
  EXPECT_THAT(text_of({now, &before}), HasSubstr("out   healthy    500"));
}

TEST(TopView, ASinkInTroubleSaysWhyBelowIt) {
  Status now = status_at(10s, 1000);
  now.sinks[0].state = "retrying";
  now.sinks[0].cause = "503 Service\x1b[2J Unavailable";
  now.sinks[0].retry_in = 3s;
  now.sinks[0].held = 12'000;
  now.sinks[0].oldest_held = 100s;
  now.sinks[0].diverting_to = "spare";
  const std::string text = text_of({now});
  EXPECT_THAT(text, HasSubstr("\n  503 Service\xEF\xBF\xBD[2J Unavailable, next try in 3s, its records go to spare\n"))
      << "what could steer a terminal is replaced";
  EXPECT_THAT(text, ContainsRegex("out   retrying +- +12,000 +0 B +100s"));
}

TEST(TopView, AnErrorThatIsOverIsStillTold) {
  Status now = status_at(10s, 1000);
  now.sinks[0].last_error = "connection refused";
  now.sinks[0].last_error_age = 61s;
  EXPECT_THAT(text_of({now}), HasSubstr("\n  last error 61s ago: connection refused\n"));
}

TEST(TopView, AStreamOfDeadLettersIsShownWhileTheyComeBack) {
  Status now = status_at(10s, 1000);
  now.streams.push_back({"replay.out", true, true, 0, 36'864, 1 << 30, 0});
  EXPECT_THAT(text_of({now}), Not(HasSubstr("replay.out")));
  now.streams.back().memory_bytes = 100;
  EXPECT_THAT(text_of({now}), HasSubstr("\nreplay.out "));
}

TEST(TopView, TooFewRowsSayHowMuchIsMissing) {
  const Status now = status_at(10s, 1000);
  const std::size_t all = lines_of({now}, {120, 0}, Colour::off).size();
  const std::vector<std::string> some = lines_of({now}, {120, 6}, Colour::off);
  ASSERT_EQ(some.size(), 6U);
  EXPECT_EQ(some.back(), "… " + std::to_string(all - 5) + " more lines: `towline top --once`");
  EXPECT_EQ(lines_of({now}, {120, all}, Colour::off).size(), all);
}

TEST(TopView, FitsEveryTerminal) {
  const Status now = status_at(10s, 1000);
  for (std::size_t columns = 1; columns < 130; ++columns) {
    for (const std::string& line : lines_of({now}, {columns, 24}, Colour::off)) {
      EXPECT_LE(width_of(line), columns) << line;
    }
  }
}

TEST(TopFigures, AreShort) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(1'234'567), "1,234,567");
  EXPECT_EQ(bytes_text(1023), "1,023 B");
  EXPECT_EQ(bytes_text(1024), "1.0 KiB");
  EXPECT_EQ(bytes_text(340 << 20), "340 MiB");
  EXPECT_EQ(bytes_text((1 << 20) - 1), "1.0 MiB");
  EXPECT_EQ(rate_text(std::nullopt), "-");
  EXPECT_EQ(rate_text(0.26), "0.3");
  EXPECT_EQ(rate_text(9.96), "10");
  EXPECT_EQ(rate_text(1203.4), "1,203");
  EXPECT_EQ(duration_text(380ms), "0.4s");
  EXPECT_EQ(duration_text(3s), "3s");
  EXPECT_EQ(duration_text(119s), "119s");
  EXPECT_EQ(duration_text(12min + 50s), "12m");
  EXPECT_EQ(duration_text(3h + 4min), "3h 4m");
  EXPECT_EQ(duration_text(122h), "5d 2h");
}

}  // namespace
}  // namespace towline::app::top
