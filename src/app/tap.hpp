// One reader of records as they pass: what it wants to see, and what is ready for it. It takes what it can at its own
// pace and loses the rest, so that the flow never waits for it. Everything on the ingest shard's thread, which is the
// admin listener's, too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "condition/condition.hpp"
#include "record/record.hpp"

namespace towline::app {

// So many of something a second; up to a second's worth at once.
class Allowance {
 public:
  explicit Allowance(double per_second) : per_second_(per_second), left_(per_second) {}

  bool has_some(MonoTime now);
  // May be more than there is: then there is none for longer.
  void take(double amount) { left_ -= amount; }

 private:
  double per_second_;
  double left_;
  MonoTime refilled_{};
};

class Tap {
 public:
  static constexpr std::size_t ready_bytes_max = std::size_t{256} << 10U;
  // What its filter looks at, which bounds what it costs.
  static constexpr double examined_bytes_per_second = 4 << 20U;
  static constexpr double examining_microseconds_per_second = 25'000;
  static constexpr std::size_t examined_bytes_max = std::size_t{64} << 10U;  // of one record

  struct Options {
    std::optional<condition::Condition> filter = {};
    std::uint32_t records_per_second = 100;
    std::uint64_t limit = UINT64_MAX;  // records; then it is finished
  };
  explicit Tap(Options options);

  // A record passes. It is the same afterwards. What a sink would get as time where there is none stands in
  // `time_field`; empty: nothing.
  void take(record::Record& record, MonoTime now, const std::string& time_field);

  // The next record, one line of JSON without its end.
  std::optional<std::string> next();
  // How many could have been shown and were not, since it was asked last.
  std::uint64_t take_skipped();
  // The limit is reached, and everything was given out.
  bool is_finished() const { return left_ == 0 && ready_.empty(); }

 private:
  bool may_look(const record::Record& record, MonoTime now);
  bool matches(record::Record& record);
  void keep(std::string text);

  Options options_;
  Allowance shown_;
  Allowance examined_;
  Allowance examining_;
  std::uint64_t left_;
  std::deque<std::string> ready_;
  std::size_t ready_bytes_ = 0;
  std::uint64_t skipped_ = 0;
};

// A place in the graph where records pass. Without taps it costs one look at an empty list.
class TapPoint {
 public:
  // The tap watches until nobody holds it any more.
  void add(const std::shared_ptr<Tap>& tap, std::string time_field) {
    std::erase_if(taps_, [](const Watching& watching) { return watching.tap.expired(); });  // where nothing passes
    taps_.push_back({tap, std::move(time_field)});
  }

  void pass(record::Record& record, MonoTime now) {
    if (!taps_.empty()) show(record, now);
  }

 private:
  struct Watching {
    std::weak_ptr<Tap> tap;
    std::string time_field;
  };
  void show(record::Record& record, MonoTime now);

  std::vector<Watching> taps_;
};

}  // namespace towline::app
