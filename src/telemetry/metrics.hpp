// The metrics of the whole daemon. Names, kinds, labels and help texts stand once, in telemetry/metrics.def.
// Instruments are made when components are built (a mutex) and then touched without a lock (relaxed atomics).
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace towline::telemetry {

enum class MetricId : std::uint16_t {
#define TOWLINE_METRIC(id, kind, name, labels, help) id,
#include "telemetry/metrics.def"
#undef TOWLINE_METRIC
};

enum class MetricKind : std::uint8_t { counter, gauge, histogram };

// One line of telemetry/metrics.def.
struct MetricDefinition {
  MetricId id;
  MetricKind kind;
  std::string_view name;
  std::string_view labels;  // comma separated; empty for a metric without labels
  std::string_view help;
};

// The table, in the order of MetricId.
std::span<const MetricDefinition> metric_definitions();

// One value of a counter (only grows) or of a gauge. Any thread.
class Instrument {
 public:
  void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  void sub(std::uint64_t n = 1) noexcept { value_.fetch_sub(n, std::memory_order_relaxed); }  // gauges only
  void set(std::uint64_t n) noexcept { value_.store(n, std::memory_order_relaxed); }          // gauges only
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Safe from every thread.
class Metrics {
 public:
  Metrics() = default;
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // The instrument of this metric for these label values (in the order of the table). The same values give the same
  // instrument; it lives as long as the registry, so keep the reference: this call searches under a lock.
  // A metric holds at most `label_sets_max` sets of label values; past that every further set shares one instrument
  // whose label values are all "other". Values longer than `label_value_bytes_max` are cut.
  Instrument& get(MetricId id, std::initializer_list<std::string_view> label_values);

  // Sum over all label sets whose values match; an empty string in `label_values` matches everything.
  std::uint64_t sum(MetricId id, std::initializer_list<std::string_view> label_values) const;

  // Calls visit(label values, value) for each set of a metric, in the order of creation. `visit` must not call back.
  template <class Visit>
  void each(MetricId id, Visit visit) const {
    std::lock_guard lock(mutex_);
    const auto family = families_.find(id);
    if (family == families_.end()) return;
    for (const Series& series : family->second) visit(series.label_values, series.instrument.value());
  }

  // The whole registry in Prometheus text format 0.0.4, with process_* and towline_build_info.
  std::string prometheus_text() const;

  static constexpr std::size_t label_sets_max = 1024;
  static constexpr std::size_t label_value_bytes_max = 128;

 private:
  struct Series {
    explicit Series(std::vector<std::string> values) : label_values(std::move(values)) {}
    std::vector<std::string> label_values;
    Instrument instrument;
  };

  mutable std::mutex mutex_;
  std::map<MetricId, std::deque<Series>> families_;  // a deque: instruments never move
  const WallTime started_ = SystemClock().wall_now();
};

}  // namespace towline::telemetry
