#include "transforms/keep_if/keep_if.hpp"

namespace towline::keep_if {

const config::Schema<KeepIfConfig>& keep_if_schema() {
  static const config::Schema<KeepIfConfig> schema(
      "keep_if", "Lets only the records through that match a condition.",
      config::whole(&KeepIfConfig::condition,
                    "A condition in the syntax of CloudWatch's filter patterns, see docs/conditions.md. Records that "
                    "don't match are filtered.",
                    config::required, config::example("'{ $.level = \"ERROR\" || $.status >= 500 }'")));
  return schema;
}

KeepIfStep::KeepIfStep(const KeepIfConfig& config, const component::StepContext&)
    : MatchFilter({config.condition}, transforms::WhenMatched::keep) {}

const component::StepType step_type = component::make_step_type<KeepIfConfig, KeepIfStep>(
    "keep_if", "Lets only the records through that match a condition.", keep_if_schema());

}  // namespace towline::keep_if
