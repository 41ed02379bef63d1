// Writes Prometheus' text format 0.0.4: families with HELP and TYPE, samples with escaped labels.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "telemetry/metrics.hpp"

namespace towline::telemetry {

class PrometheusText {
 public:
  // Starts a metric; its samples follow.
  void family(std::string_view name, MetricKind kind, std::string_view help);

  // `labels` are the names, comma separated; as many values as names.
  void sample(std::string_view name, std::string_view labels, std::span<const std::string> values, std::uint64_t value);
  void sample(std::string_view name, std::string_view labels, std::span<const std::string> values, double value);

  std::string take() && { return std::move(text_); }

 private:
  void series(std::string_view name, std::string_view labels, std::span<const std::string> values);

  std::string text_;
};

// process_resident_memory_bytes and its like, and towline_build_info{version}.
void append_process_metrics(PrometheusText& text, WallTime started);

}  // namespace towline::telemetry
