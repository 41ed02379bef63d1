#include "telemetry/metrics.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.hpp"
#include "telemetry/prometheus.hpp"

namespace towline::telemetry {

namespace {

constexpr std::array definitions{
#define TOWLINE_METRIC(id, kind, name, labels, help) \
  MetricDefinition{MetricId::id, MetricKind::kind, name, labels, help},
#include "telemetry/metrics.def"
#undef TOWLINE_METRIC
};

const MetricDefinition& definition(MetricId id) {
  return definitions[static_cast<std::size_t>(id)];
}

std::size_t label_count(MetricId id) {
  const std::string_view labels = definition(id).labels;
  return labels.empty() ? 0 : static_cast<std::size_t>(std::ranges::count(labels, ',')) + 1;
}

std::string_view shortened(std::string_view value) {
  return value.substr(0, Metrics::label_value_bytes_max);
}

bool equal(const std::vector<std::string>& have, std::initializer_list<std::string_view> want) {
  return std::ranges::equal(have, want, {}, {}, shortened);
}

bool matches(const std::vector<std::string>& have, std::initializer_list<std::string_view> pattern) {
  const auto fits = [](std::string_view value, std::string_view want) {
    return want.empty() || value == shortened(want);
  };
  return std::ranges::equal(have, pattern, fits);
}

}  // namespace

std::span<const MetricDefinition> metric_definitions() {
  return definitions;
}

Instrument& Metrics::get(MetricId id, std::initializer_list<std::string_view> label_values) {
  CHECK(label_values.size() == label_count(id));
  std::lock_guard lock(mutex_);
  std::deque<Series>& family = families_[id];
  const auto found =
      std::ranges::find_if(family, [&](const Series& series) { return equal(series.label_values, label_values); });
  if (found != family.end()) return found->instrument;

  std::vector<std::string> values;
  for (const std::string_view value : label_values) values.emplace_back(shortened(value));
  if (family.size() < label_sets_max) return family.emplace_back(std::move(values)).instrument;
  if (family.size() == label_sets_max) family.emplace_back(std::vector<std::string>(values.size(), "other"));
  return family.back().instrument;
}

std::uint64_t Metrics::sum(MetricId id, std::initializer_list<std::string_view> label_values) const {
  CHECK(label_values.size() == label_count(id));
  std::uint64_t total = 0;
  each(id, [&](const std::vector<std::string>& values, std::uint64_t value) {
    if (matches(values, label_values)) total += value;
  });
  return total;
}

std::string Metrics::prometheus_text() const {
  PrometheusText text;
  for (const MetricDefinition& metric : definitions) {
    bool first = true;
    each(metric.id, [&](const std::vector<std::string>& values, std::uint64_t value) {
      if (std::exchange(first, false)) text.family(metric.name, metric.kind, metric.help);
      text.sample(metric.name, metric.labels, values, value);
    });
  }
  append_process_metrics(text, started_);
  return std::move(text).take();
}

}  // namespace towline::telemetry
