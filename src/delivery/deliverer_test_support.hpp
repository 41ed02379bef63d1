// For tests of delivery: a destination and a shelf for dead letters that are played by the test, and one deliverer with
// all that it needs, in a time that stands still unless the test moves it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "delivery/deliverer.hpp"

namespace towline::delivery {

using component::Outcome;
using component::Status;

inline std::vector<std::string> lines_of(const component::Batch& batch) {
  std::vector<std::string> lines;
  each_record(batch.slices, [&](std::string_view record) { lines.emplace_back(record); });
  return lines;
}

inline Outcome reply(Status status, int code = 0) {
  return Outcome{status, code, "cause", {}};
}

// One chunk of records named r<first>, r<first + 1>, ...
inline record::Chunk chunk_of(int first, int count, MonoTime received = {}, std::string dead_letter_reason = {}) {
  record::Chunk chunk;
  for (int i = first; i < first + count; ++i) chunk.plain += "r" + std::to_string(i) + "\n";
  chunk.records = static_cast<std::uint32_t>(count);
  chunk.plain_bytes = static_cast<std::uint32_t>(chunk.plain.size());
  chunk.oldest = received;
  chunk.received = WallTime(received.time_since_epoch());
  chunk.dead_letter_reason = std::move(dead_letter_reason);
  return chunk;
}

// The wall clock shows the time that the test passes to chunk_of(); nobody asks it for anything but markers.
class StoppedClock final : public Clock {
 public:
  MonoTime now() const override { return time; }
  WallTime wall_now() const override { return WallTime(time.time_since_epoch()); }
  MonoTime time{std::chrono::seconds(1000)};
};

// Answers by a rule, or holds the attempt until the test answers it.
class PlayedSink final : public component::Sink {
 public:
  using Rule = std::function<std::optional<Outcome>(const std::vector<std::string>& lines)>;

  void attempt(const component::Batch& batch, Done done) override {
    ++attempts;
    lines_sent += batch.records;
    sizes.push_back(batch.records);
    keys.push_back(batch.key);
    std::vector<std::string> lines = lines_of(batch);
    if (const std::optional<Outcome> outcome = rule(lines)) {
      if (outcome->status == Status::delivered) taken.insert(taken.end(), lines.begin(), lines.end());
      return done(*outcome);
    }
    open.push_back({std::move(lines), std::move(done)});
  }
  bool credentials_changed() override { return std::exchange(changed, false); }

  void answer(std::size_t index, Outcome outcome) {
    auto [lines, done] = std::move(open[index]);
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(index));
    if (outcome.status == Status::delivered) taken.insert(taken.end(), lines.begin(), lines.end());
    done(std::move(outcome));
  }

  Rule rule = [](const auto&) { return Outcome{}; };
  int attempts = 0;
  std::uint64_t lines_sent = 0;
  std::vector<std::uint32_t> sizes;
  std::vector<std::string> keys;
  std::vector<std::string> taken;
  std::deque<std::pair<std::vector<std::string>, Done>> open;
  bool changed = false;
};

class Shelf final : public DeadLetters {
 public:
  bool keep(const Letter& letter) override {
    if (full) return false;
    letters.push_back(std::string(letter.reason) + " " + std::to_string(letter.code) + " " +
                      std::string(letter.record));
    return true;
  }
  std::string_view why_not() const override { return "no_data_dir"; }
  std::vector<std::string> letters;
  bool full = false;
};

class DelivererTest : public testing::Test {
 protected:
  DelivererTest() {
    config_.batch.age = std::chrono::seconds(5);
    config_.in_flight = 2;
  }

  Deliverer& deliverer() {
    if (!deliverer_) {
      deliverer_.emplace(
          Deliverer::Parts{"sink", config_, stream_, sink_, shelf_, budget_, random_, clock_, Tally(metrics_, "sink")});
    }
    return *deliverer_;
  }

  // One chunk of records named r<first>, r<first + 1>, ...
  void append(int first, int count, std::string dead_letter_reason = {}) {
    appended_ += static_cast<std::uint64_t>(count);
    stream_.append(chunk_of(first, count, now_, std::move(dead_letter_reason)));
  }

  void turn() {
    stream_.take_in();
    clock_.time = now_;
    deliverer().turn(now_);
    stream_.let_go();
    expect_balance();
  }
  void pass(Duration time) {
    now_ += time;
    turn();
  }
  // Turns whenever the deliverer wants to, until there is nothing left to do or the time is over.
  void run_for(Duration time) {
    const MonoTime end = now_ + time;
    turn();
    for (int turns = 0; !deliverer().finished() && turns < 10'000; ++turns) {
      const MonoTime next = deliverer().next_turn();
      if (next > end) break;
      now_ = std::max(now_, next);
      turn();
    }
    now_ = std::max(now_, end);
  }

  std::uint64_t count(telemetry::MetricId id) const { return metrics_.sum(id, {"sink", ""}); }

  void expect_balance() {
    const std::uint64_t settled = metrics_.sum(telemetry::MetricId::sink_delivered_records, {"sink"}) +
                                  metrics_.sum(telemetry::MetricId::sink_diverted_records, {"sink"}) +
                                  count(telemetry::MetricId::sink_dead_lettered_records) +
                                  count(telemetry::MetricId::sink_dropped_records);
    EXPECT_EQ(appended_, settled + deliverer().held());
  }

  component::DeliveryConfig config_;
  telemetry::Metrics metrics_;
  MemoryBudget budget_{1 << 20};
  codec::Compressor compressor_;
  stream::Stream stream_{{std::nullopt, 64 * 1024, "uuid", 0xABC},
                         budget_,
                         compressor_,
                         metrics_.get(telemetry::MetricId::stream_bytes, {"s"})};
  StoppedClock clock_;
  PlayedSink sink_;
  Shelf shelf_;
  SeededRandom random_{7};
  MonoTime now_{std::chrono::seconds(1000)};
  std::uint64_t appended_ = 0;
  std::optional<Deliverer> deliverer_;
};

}  // namespace towline::delivery
