// Metrics that users make out of their records: counters, gauges and histograms with labels, beside towline's own on
// /metrics. What they are is in the configuration; how many sets of label values there are is in the records, so each
// family bounds them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace towline::telemetry {

enum class LogMetricType : std::uint8_t { counter, gauge, histogram };

// What a family is. Two with one name must be equal but for the help.
struct LogMetricDefinition {
  std::string name;  // see log_metric_name_problem()
  LogMetricType type = LogMetricType::counter;
  std::string help;                      // any text
  std::vector<std::string> labels = {};  // names
  std::vector<double> buckets = {};      // of a histogram: upper bounds, ascending, finite
  std::size_t label_sets_max = 100;
};

// What is wrong with a name, by Prometheus' rules and because towline_ and process_ are taken; empty: nothing.
std::string log_metric_name_problem(std::string_view name);
std::string log_label_name_problem(std::string_view name);

// The values of a set of labels as one key, in the order of the definition: value by value is appended.
class LogLabelValues {
 public:
  void clear() { key_.clear(); }
  // Longer values are cut behind their last whole character.
  void add(std::string_view value);
  std::string_view key() const { return key_; }

  static constexpr std::size_t value_bytes_max = 128;

 private:
  std::string key_;  // each value after a byte with its length
};

// One set of label values. Counted without a lock.
class LogSeries {
 public:
  LogSeries(std::string key, const std::vector<double>& buckets)
      : key_(std::move(key)), buckets_(buckets), counts_(buckets.size() + 1) {}

  void add(double value) noexcept { value_.fetch_add(value, std::memory_order_relaxed); }  // a counter; 0 or more
  void set(double value) noexcept { value_.store(value, std::memory_order_relaxed); }      // a gauge
  void observe(double value) noexcept;                                                     // a histogram

 private:
  friend class LogFamily;
  std::string key_;
  const std::vector<double>& buckets_;              // of the family
  std::atomic<double> value_{0};                    // of a histogram: the sum
  std::vector<std::atomic<std::uint64_t>> counts_;  // of a histogram: by bucket, the last for what is above all bounds
};

class PrometheusText;

// Safe from every thread.
class LogFamily {
 public:
  explicit LogFamily(LogMetricDefinition definition) : definition_(std::move(definition)) {}
  LogFamily(const LogFamily&) = delete;
  LogFamily& operator=(const LogFamily&) = delete;

  // The series of this set; null past label_sets_max, where a new set has none. It lives as long as the family. A
  // search under a lock, no allocation for a set that is known.
  LogSeries* find_or_add(std::string_view key);
  // The one for all sets that have none of their own: every label is "other".
  LogSeries& other();

  const LogMetricDefinition& definition() const { return definition_; }
  void write(PrometheusText& text) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
  };

  LogSeries& add(std::string_view key);
  void write_series(PrometheusText& text, const std::string& labels, const LogSeries& series) const;
  void write_histogram(PrometheusText& text, const std::string& labels, std::vector<std::string> values,
                       const LogSeries& series) const;

  const LogMetricDefinition definition_;
  mutable std::mutex mutex_;
  std::deque<LogSeries> series_;  // in the order of creation; a deque: they never move
  std::unordered_map<std::string, LogSeries*, Hash, std::equal_to<>> by_key_;
  LogSeries* other_ = nullptr;  // one of series_, once there is need of it
};

// Safe from every thread.
class LogMetrics {
 public:
  LogMetrics() = default;
  LogMetrics(const LogMetrics&) = delete;
  LogMetrics& operator=(const LogMetrics&) = delete;

  // The family with this name, made by the first who asks; it lives as long as this. The configuration was checked: no
  // two steps disagree about what it is.
  LogFamily& family(const LogMetricDefinition& definition);

  // All families with a series, by name, in Prometheus text format 0.0.4.
  std::string prometheus_text() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<LogFamily>, std::less<>> families_;
};

}  // namespace towline::telemetry
