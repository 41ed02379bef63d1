#include "telemetry/log_metrics.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/json_string.hpp"
#include "telemetry/prometheus.hpp"

namespace towline::telemetry {

namespace {

constexpr std::size_t name_bytes_max = 128;
constexpr std::string_view name_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

// What metrics and labels share.
std::string name_problem(std::string_view name) {
  if (name.empty() || name.size() > name_bytes_max)
    return "a name has 1 to " + std::to_string(name_bytes_max) + " bytes";
  if (name.find_first_not_of(name_characters) != std::string_view::npos || name.front() <= '9')  // of these, a digit
    return "a name consists of letters, digits and `_`, and doesn't begin with a digit";
  return {};
}

MetricKind kind_of(LogMetricType type) {
  switch (type) {
    case LogMetricType::counter:
      return MetricKind::counter;
    case LogMetricType::gauge:
      return MetricKind::gauge;
    case LogMetricType::histogram:
      break;
  }
  return MetricKind::histogram;
}

std::vector<std::string> values_of(std::string_view key) {
  std::vector<std::string> values;
  while (!key.empty()) {
    const std::size_t size = static_cast<unsigned char>(key.front());
    values.emplace_back(key.substr(1, size));
    key.remove_prefix(1 + size);
  }
  return values;
}

std::string text_of(double number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return {digits.data(), end.ptr};
}

}  // namespace

std::string log_metric_name_problem(std::string_view name) {
  if (std::string problem = name_problem(name); !problem.empty()) return problem;
  if (name.starts_with("towline_") || name.starts_with("process_"))
    return "names that begin with `towline_` or `process_` are towline's own";
  return {};
}

std::string log_label_name_problem(std::string_view name) {
  if (std::string problem = name_problem(name); !problem.empty()) return problem;
  if (name.starts_with("__")) return "names that begin with `__` are Prometheus' own";
  if (name == "le") return "`le` is the label of a histogram's buckets";
  return {};
}

void LogLabelValues::add(std::string_view value) {
  if (value.size() > value_bytes_max) {
    std::size_t end = value_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) --end;
    value = value.substr(0, end);
  }
  key_ += static_cast<char>(value.size());
  key_ += value;
}

void LogSeries::observe(double value) noexcept {
  const auto bucket = std::lower_bound(buckets_.begin(), buckets_.end(), value) - buckets_.begin();
  counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  value_.fetch_add(value, std::memory_order_relaxed);
}

LogSeries* LogFamily::find_or_add(std::string_view key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) return found->second;
  if (by_key_.size() >= definition_.label_sets_max) return nullptr;
  return &add(key);
}

LogSeries& LogFamily::add(std::string_view key) {
  LogSeries& series = series_.emplace_back(std::string(key), definition_.buckets);
  by_key_.emplace(key, &series);
  return series;
}

LogSeries& LogFamily::other() {
  const std::lock_guard lock(mutex_);
  if (other_ != nullptr) return *other_;
  LogLabelValues values;
  for (std::size_t i = 0; i < definition_.labels.size(); ++i) values.add("other");
  const auto found = by_key_.find(values.key());  // a record may say "other", too
  other_ = found != by_key_.end() ? found->second : &add(values.key());
  return *other_;
}

void LogFamily::write(PrometheusText& text) const {
  const std::lock_guard lock(mutex_);
  if (series_.empty()) return;
  text.family(definition_.name, kind_of(definition_.type), definition_.help);
  std::string labels;
  for (const std::string& label : definition_.labels) labels += (labels.empty() ? "" : ",") + label;
  for (const LogSeries& series : series_) write_series(text, labels, series);
}

void LogFamily::write_series(PrometheusText& text, const std::string& labels, const LogSeries& series) const {
  std::vector<std::string> values = values_of(series.key_);
  if (definition_.type == LogMetricType::histogram)
    write_histogram(text, labels, std::move(values), series);
  else
    text.sample(definition_.name, labels, values, series.value_.load(std::memory_order_relaxed));
}

// The count is what the buckets add up to at this moment, so that the two always agree.
void LogFamily::write_histogram(PrometheusText& text, const std::string& labels, std::vector<std::string> values,
                                const LogSeries& series) const {
  const std::vector<std::string> plain = values;
  const std::string with_bound = labels.empty() ? "le" : labels + ",le";
  values.emplace_back();
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < series.counts_.size(); ++i) {
    count += series.counts_[i].load(std::memory_order_relaxed);
    values.back() = i < definition_.buckets.size() ? text_of(definition_.buckets[i]) : "+Inf";
    text.sample(definition_.name + "_bucket", with_bound, values, count);
  }
  text.sample(definition_.name + "_sum", labels, plain, series.value_.load(std::memory_order_relaxed));
  text.sample(definition_.name + "_count", labels, plain, count);
}

LogFamily& LogMetrics::family(const LogMetricDefinition& definition) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<LogFamily>& family = families_[definition.name];
  if (family == nullptr) family = std::make_unique<LogFamily>(definition);
  return *family;
}

std::string LogMetrics::prometheus_text() const {
  const std::lock_guard lock(mutex_);
  PrometheusText text;
  for (const auto& [name, family] : families_) family->write(text);
  return std::move(text).take();
}

}  // namespace towline::telemetry
