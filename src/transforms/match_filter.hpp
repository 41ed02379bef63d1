// The step behind keep_if, drop_if and the routes of a transform: lets a record through or filters it, by conditions.
// It changes nothing.
#pragma once

#include <vector>

#include "component/registry.hpp"
#include "condition/condition.hpp"

namespace towline::transforms {

enum class WhenMatched : bool { filter, keep };

class MatchFilter : public component::Step {
 public:
  // A record is matched if at least one of the conditions matches; one that isn't meets with the opposite.
  MatchFilter(std::vector<condition::Condition> conditions, WhenMatched when_matched);
  component::StepResult apply(record::Record& record) override;
  bool edits() const override { return false; }

 private:
  std::vector<condition::Condition> conditions_;
  WhenMatched when_matched_;
};

// One output of a transform with routes, or the filter of a sink. No configuration names these steps: loading one puts
// them in front of those who read the output, and of the sink.
struct RouteConfig {
  std::vector<condition::Condition> conditions;
  WhenMatched when_matched = WhenMatched::keep;
};

extern const component::StepType route_step_type;
extern const component::StepType filter_step_type;

}  // namespace towline::transforms
