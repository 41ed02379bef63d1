// The step `drop_if`: filters the records that match a condition.
#pragma once

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "transforms/match_filter.hpp"

namespace towline::drop_if {

struct DropIfConfig {
  condition::Condition condition;
};
const config::Schema<DropIfConfig>& drop_if_schema();

class DropIfStep final : public transforms::MatchFilter {
 public:
  DropIfStep(const DropIfConfig& config, const component::StepContext& context);
};

extern const component::StepType step_type;

}  // namespace towline::drop_if
