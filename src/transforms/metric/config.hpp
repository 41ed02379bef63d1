// What the user may write below `metric:`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "component/registry.hpp"
#include "condition/condition.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"
#include "record/template.hpp"
#include "telemetry/log_metrics.hpp"

namespace towline::telemetry {

constexpr auto config_values(LogMetricType) {
  return std::to_array<config::Choice<LogMetricType>>(
      {{LogMetricType::counter, "counter", "Adds up: 1 for each record, or `value`."},
       {LogMetricType::gauge, "gauge", "The last `value`."},
       {LogMetricType::histogram, "histogram", "How many of the `value`s are at most as large as each of `buckets`."}});
}

}  // namespace towline::telemetry

namespace towline::metric {

struct MetricName {
  std::string text;
};

struct Label {
  std::string name;
  std::variant<record::Path, record::Template> from;
};
struct Labels {
  std::vector<Label> list;  // by name
};

struct EmfConfig {
  std::string metric_namespace;
  std::optional<std::string> unit;
};

struct MetricConfig {
  MetricName name;
  telemetry::LogMetricType type = telemetry::LogMetricType::counter;
  std::optional<condition::Condition> when;
  std::optional<record::Path> value;
  Labels labels;
  std::vector<double> buckets;
  std::string help;
  std::size_t labels_max = 100;
  std::optional<EmfConfig> emf;
};
const config::Schema<MetricConfig>& metric_schema();

telemetry::LogMetricDefinition definition_of(const MetricConfig& config);

// What only shows in the whole of a configuration: two steps that disagree about a name, a `redact` that comes too
// late.
void check_all(std::span<const component::PlacedStep> all, config::Problems& problems);

}  // namespace towline::metric

template <>
struct towline::config::Value<towline::metric::MetricName> {
  static std::optional<metric::MetricName> parse(const Node& node, Problems& problems);
  static std::string print(const metric::MetricName&) { return {}; }
  static ValueInfo info();
};

template <>
struct towline::config::Value<towline::metric::Labels> {
  static std::optional<metric::Labels> parse(const Node& node, Problems& problems);
  static std::string print(const metric::Labels&) { return "{}"; }
  static ValueInfo info();
};
