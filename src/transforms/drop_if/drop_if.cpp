#include "transforms/drop_if/drop_if.hpp"

namespace towline::drop_if {

const config::Schema<DropIfConfig>& drop_if_schema() {
  static const config::Schema<DropIfConfig> schema(
      "drop_if", "Filters the records that match a condition.",
      config::whole(&DropIfConfig::condition,
                    "A condition in the syntax of CloudWatch's filter patterns, see docs/conditions.md. Records that "
                    "don't match go on.",
                    config::required, config::example("'{ $.path = \"/health*\" && $.status < 400 }'")));
  return schema;
}

DropIfStep::DropIfStep(const DropIfConfig& config, const component::StepContext&)
    : MatchFilter({config.condition}, transforms::WhenMatched::filter) {}

const component::StepType step_type = component::make_step_type<DropIfConfig, DropIfStep>(
    "drop_if", "Filters the records that match a condition.", drop_if_schema());

}  // namespace towline::drop_if
