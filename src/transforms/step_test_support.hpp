// For tests of steps: a step from its YAML, one record through it.
#pragma once

#include <string>

#include "component/registry.hpp"

namespace towline::transforms {

// What the step makes of one JSON object, or, if `json` isn't one, of the record that it is wrapped into.
std::string apply_step(const component::StepType& type, const std::string& yaml, const std::string& json);
std::string apply_step(component::Step& step, const std::string& json);

// The step, with metrics of its own where none are given. Aborts if the configuration has problems.
std::unique_ptr<component::Step> make_step(const component::StepType& type, const std::string& yaml);
std::unique_ptr<component::Step> make_step(const component::StepType& type, const std::string& yaml,
                                           telemetry::Metrics& metrics);

// What is wrong with a configuration; empty: nothing.
std::string problems_of(const component::StepType& type, const std::string& yaml);

}  // namespace towline::transforms
