#include "transforms/remove/remove.hpp"

namespace towline::remove {

const config::Schema<RemoveConfig>& remove_schema() {
  static const config::Schema<RemoveConfig> schema(
      "remove", "Takes fields out.",
      config::whole(&RemoveConfig::fields, "A list of paths. What they lead to is removed; what is missing is ignored.",
                    config::example("[debug, \"*.stack\"]")));
  return schema;
}

RemoveStep::RemoveStep(const RemoveConfig& config, const component::StepContext&) : fields_(config.fields) {}

component::StepResult RemoveStep::apply(record::Record& record) {
  for (const record::Path& field : fields_) record.each(field, [&](record::NodeId id) { record.remove(id); });
  return component::StepResult::keep;
}

const component::StepType step_type =
    component::make_step_type<RemoveConfig, RemoveStep>("remove", "Takes fields out.", remove_schema());

}  // namespace towline::remove
