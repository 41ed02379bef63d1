// The step `keep_if`: lets only those records through that match a condition.
#pragma once

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "transforms/match_filter.hpp"

namespace towline::keep_if {

struct KeepIfConfig {
  condition::Condition condition;
};
const config::Schema<KeepIfConfig>& keep_if_schema();

class KeepIfStep final : public transforms::MatchFilter {
 public:
  KeepIfStep(const KeepIfConfig& config, const component::StepContext& context);
};

extern const component::StepType step_type;

}  // namespace towline::keep_if
