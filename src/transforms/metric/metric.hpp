// The step `metric`: counters, gauges and histograms made out of records, for Prometheus and CloudWatch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "condition/condition.hpp"
#include "telemetry/log_metrics.hpp"
#include "transforms/metric/config.hpp"
#include "transforms/metric/emf.hpp"
#include "transforms/step_errors.hpp"

namespace towline::metric {

class MetricStep final : public component::Step {
 public:
  MetricStep(const MetricConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  // False: the record doesn't take part, or has something else there, which is counted.
  bool read_value(const record::Record& record);
  void read_labels(const record::Record& record);
  void count(telemetry::LogSeries& series) const;
  void add_emf(record::Record& record, bool has_series);

  telemetry::LogMetricType type_;
  std::optional<condition::Condition> when_;
  std::optional<record::Path> value_path_;
  std::vector<Label> labels_;
  std::optional<Emf> emf_;
  const Facts& facts_;
  telemetry::LogFamily& family_;
  transforms::StepErrors errors_;

  // Of the record at hand.
  double value_ = 1;
  std::string number_ = "1";              // the same as it is written there
  std::vector<std::string> label_texts_;  // as long as they are
  telemetry::LogLabelValues label_values_;
};

extern const component::StepType step_type;

}  // namespace towline::metric
