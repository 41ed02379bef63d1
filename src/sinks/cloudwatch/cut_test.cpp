#include "sinks/cloudwatch/cut.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <string>

#include "base/random.hpp"

namespace towline::cloudwatch {
namespace {

constexpr std::int64_t hour = 3'600'000;
const std::string text(2 << 20, 'x');

Event event(std::int64_t time_ms, std::size_t bytes, std::uint32_t record = 0, std::uintptr_t attempt = 0) {
  return {time_ms, std::string_view(text).substr(0, bytes), reinterpret_cast<Attempt*>(attempt), record,
          static_cast<std::uint32_t>(attempt)};
}

std::size_t cost(const std::vector<Event>& events) {
  return std::accumulate(events.begin(), events.end(), std::size_t{0},
                         [](std::size_t sum, const Event& e) { return sum + e.cost(); });
}

// All calls; each of them keeps to the rules.
std::vector<std::vector<Event>> cut_all(std::vector<Event> events, bool merge = true) {
  Waiting waiting;
  add_sorted(waiting, std::move(events));
  std::vector<std::vector<Event>> calls;
  while (!waiting.empty()) {
    calls.push_back(cut(waiting, merge));
    const std::vector<Event>& call = calls.back();
    EXPECT_FALSE(call.empty());
    EXPECT_LE(call.size(), call_events_max);
    EXPECT_LE(cost(call), call_bytes_max);
    EXPECT_TRUE(
        std::is_sorted(call.begin(), call.end(), [](const Event& a, const Event& b) { return a.time_ms < b.time_ms; }));
    EXPECT_LT(call.back().time_ms - call.front().time_ms, 24 * hour);
  }
  return calls;
}

TEST(Cut, FillsACallToTheLastByte) {
  std::vector<Event> events(8, event(5, call_bytes_max / 8 - event_overhead));
  EXPECT_EQ(cut_all(events).size(), 1U);
  events.push_back(event(5, 1));
  EXPECT_EQ(cut_all(events).size(), 2U);
  EXPECT_EQ(cut_all({event(1, message_bytes_max), event(1, message_bytes_max)}).size(), 2U);
}

TEST(Cut, FillsACallToTheLastEvent) {
  EXPECT_EQ(cut_all(std::vector<Event>(call_events_max, event(5, 1))).size(), 1U);
  EXPECT_EQ(cut_all(std::vector<Event>(call_events_max + 1, event(5, 1))).size(), 2U);
}

TEST(Cut, ACallSpansLessThanADay) {
  EXPECT_EQ(cut_all({event(0, 1), event(24 * hour - 1, 1)}).size(), 1U);
  EXPECT_EQ(cut_all({event(0, 1), event(24 * hour, 1)}).size(), 2U);
  EXPECT_EQ(cut_all({event(0, 1), event(13 * hour, 1), event(25 * hour, 1), event(26 * hour, 1)}).size(), 2U);
}

TEST(Cut, SmallOnesFillTheGapsBesideLargeOnes) {
  std::vector<Event> events;
  for (int i = 0; i < 8; ++i) events.push_back(event(i, 600'000));
  for (int i = 0; i < 8; ++i) events.push_back(event(10 + i, 400'000));
  EXPECT_EQ(cut_all(events).size(), 8U);
}

TEST(Cut, PartsOfARecordStayInOrder) {
  Waiting waiting{event(5, 100, 0), event(5, message_bytes_max, 1), event(5, 10, 1), event(5, 20, 2)};
  EXPECT_EQ(cost(cut(waiting, true)), 2 * event_overhead + 120) << "another record may go first";
  EXPECT_EQ(cost(cut(waiting, true)), call_bytes_max);
  EXPECT_EQ(cost(cut(waiting, true)), event_overhead + 10);
  EXPECT_TRUE(waiting.empty());
}

TEST(Cut, LooksOnlySoFarAhead) {
  std::vector<Event> events{event(0, 600'000)};
  for (std::uint32_t i = 0; i <= look_ahead_max; ++i) events.push_back(event(1, 500'000, i));
  events.push_back(event(2, 1));
  Waiting waiting;
  add_sorted(waiting, events);
  EXPECT_EQ(cut(waiting, true).size(), 1U) << "the small one is too far behind";
  EXPECT_EQ(waiting.size(), events.size() - 1);
}

TEST(Cut, OfEqualTimesTheFirstStaysFirst) {
  Waiting waiting;
  add_sorted(waiting, {event(7, 1, 0), event(5, 1, 1), event(7, 1, 2)});
  add_sorted(waiting, {event(7, 1, 3), event(5, 1, 4), event(9, 1, 5)});
  std::vector<std::uint32_t> order;
  for (const Event& e : cut(waiting, true)) order.push_back(e.record);
  EXPECT_EQ(order, (std::vector<std::uint32_t>{1, 4, 0, 2, 3, 5}));
  EXPECT_TRUE(waiting.empty());
}

TEST(Cut, AttemptsShareACallOnlyIfTheyMay) {
  const std::vector<Event> events{event(1, 1, 0, 8), event(2, 1, 0, 16), event(3, 1, 1, 8), event(4, 1, 1, 16)};
  EXPECT_EQ(cut_all(events, true).size(), 1U);
  const auto calls = cut_all(events, false);
  ASSERT_EQ(calls.size(), 2U);
  for (const auto& call : calls) {
    ASSERT_EQ(call.size(), 2U);
    EXPECT_EQ(call[0].attempt, call[1].attempt);
  }
}

// As when the backlog of another sink goes to the stream, and there is more of it after each call.
TEST(Cut, WhatIsOlderAndComesLaterKeepsNobodyWaiting) {
  for (const std::int64_t ago : {0 * hour, 1 * hour, 100 * hour}) {
    Waiting waiting;
    for (std::uintptr_t attempt : {1U, 2U}) add_sorted(waiting, {event(-ago, message_bytes_max, 0, attempt)});
    add_sorted(waiting, {event(1, 10, 0, 3), event(2, 10, 1, 3)});
    std::size_t calls = 0;
    for (std::uintptr_t attempt = 4;
         std::any_of(waiting.begin(), waiting.end(), [](const Event& e) { return e.turn == 3; }); ++attempt) {
      ASSERT_LE(++calls, 3U) << "those that came before it, and its own";
      cut(waiting, true);
      add_sorted(waiting, {event(-ago, message_bytes_max, 0, attempt)});
    }
  }
}

TEST(Cut, RoomIsReservedForTheAttemptWhoseTurnItIs) {
  Waiting waiting;
  std::vector<Event> younger(2 * look_ahead_max, event(0, 1000, 0, 9));
  add_sorted(waiting, {event(5, 500'000, 0, 8), event(6, 400'000, 1, 8)});
  add_sorted(waiting, younger);
  const std::vector<Event> call = cut(waiting, true);
  EXPECT_EQ(std::count_if(call.begin(), call.end(), [](const Event& e) { return e.turn == 8; }), 2);
  EXPECT_GT(cost(call), call_bytes_max - 2000) << "the rest of it is for the others";
  EXPECT_TRUE(
      std::is_sorted(call.begin(), call.end(), [](const Event& a, const Event& b) { return a.time_ms < b.time_ms; }));
}

TEST(Cut, TurnsMayWrapAround) {
  Event last = event(5, 1, 0, 8);
  Event next = event(0, message_bytes_max, 0, 16);
  last.turn = UINT32_MAX;
  next.turn = 0;
  Waiting waiting{next, last};
  EXPECT_EQ(cut(waiting, true).front().turn, UINT32_MAX);
}

// With any mix of sizes and times every event is in exactly one call, and there are few more calls than bytes, events
// and days ask for.
TEST(Cut, LosesNothingAndWastesLittle) {
  SeededRandom random(7);
  for (int round = 0; round < 30; ++round) {
    std::vector<Event> events;
    const std::size_t largest = std::size_t{1} << (4 + random.below(16));
    const std::uint32_t count = 1 + static_cast<std::uint32_t>(random.below(20'000'000 / largest % 30'000 + 1));
    for (std::uint32_t i = 0; i < count; ++i)
      events.push_back(event(static_cast<std::int64_t>(random.below(hour)), 1 + random.below(largest), i));
    const std::size_t least = std::max((cost(events) + call_bytes_max - 1) / call_bytes_max,
                                       (events.size() + call_events_max - 1) / call_events_max);
    const auto calls = cut_all(events);
    EXPECT_LE(calls.size(), least + 1 + least / 20) << largest << " " << count;
    std::vector<bool> seen(count);
    for (const auto& call : calls) {
      for (const Event& e : call) {
        EXPECT_FALSE(seen[e.record]);
        seen[e.record] = true;
      }
    }
    EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](bool b) { return b; }));
  }
}

}  // namespace
}  // namespace towline::cloudwatch
