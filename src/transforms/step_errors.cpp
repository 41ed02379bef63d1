#include "transforms/step_errors.hpp"

namespace towline::transforms {

StepErrors::StepErrors(const component::StepContext& context, std::string_view step)
    : metrics_(context.metrics),
      transform_(context.transform),
      step_(std::to_string(context.index + 1) + "_" + std::string(step)) {}

void StepErrors::add(std::string_view reason) {
  for (const auto& [known, counter] : counters_) {
    if (known == reason) return counter->add();
  }
  counters_.emplace_back(reason, &metrics_.get(telemetry::MetricId::step_errors, {transform_, step_, reason}));
  counters_.back().second->add();
}

}  // namespace towline::transforms
