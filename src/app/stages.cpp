#include "app/stages.hpp"

#include <ranges>

namespace towline::app {

Stages::Stages(const RootConfig& config, const StepSurroundings& surroundings) {
  for (const ConfiguredSource& source : config.sources) add(source.id);
  for (const ConfiguredTransform& transform : config.transforms) {
    Stage& stage = add(transform.id);
    for (std::size_t i = 0; i < transform.steps.size(); ++i) {
      const ConfiguredStep& step = transform.steps[i];
      const std::string name = std::to_string(i + 1) + "_" + std::string(step.type->name);
      stage.steps.push_back(
          {step.type->build(step.config.get(), {transform.id, i, surroundings.metrics, surroundings.audit,
                                                surroundings.facts, surroundings.log_metrics}),
           &surroundings.metrics.get(telemetry::MetricId::transform_filtered_records, {transform.id, name})});
    }
    for (const std::string& input : transform.inputs) at(input).next.push_back(&stage);
  }
  // From those that are read by nobody but sinks back to the sources: whether a stage changes records depends on the
  // next.
  for (const ConfiguredTransform& transform : std::views::reverse(config.transforms)) at(transform.id).connect();
  for (const ConfiguredSource& source : config.sources) at(source.id).connect();
}

Stage& Stages::add(const std::string& id) {
  std::unique_ptr<Stage>& stage = stages_[id];
  stage = std::make_unique<Stage>();
  stage->id = id;
  return *stage;
}

}  // namespace towline::app
