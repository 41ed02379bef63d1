// For tests of steps: a step from its YAML, one record through it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "component/registry.hpp"

namespace towline::transforms {

// What steps are built with.
struct Surroundings {
  telemetry::Metrics metrics;
  telemetry::Audit audit;
  Facts facts;
  telemetry::LogMetrics log_metrics;
};

// What the step makes of one JSON object, or, if `json` isn't one, of the record that it is wrapped into.
std::string apply_step(const component::StepType& type, const std::string& yaml, const std::string& json);
std::string apply_step(component::Step& step, const std::string& json);

// Whether the step keeps the record that apply_step() would make of this text.
bool step_keeps(component::Step& step, const std::string& json);
bool step_keeps(const component::StepType& type, const std::string& yaml, const std::string& json);

// The step, with common surroundings where none are given. Aborts if the configuration has problems.
std::unique_ptr<component::Step> make_step(const component::StepType& type, const std::string& yaml);
std::unique_ptr<component::Step> make_step(const component::StepType& type, const std::string& yaml,
                                           Surroundings& surroundings);

// What is wrong with a configuration; empty: nothing.
std::string problems_of(const component::StepType& type, const std::string& yaml);

// What a step counts as errors ("reason field=count") while it makes `expected` of a record.
inline std::string errors_counted(const component::StepType& type, const std::string& yaml, const std::string& json,
                                  const std::string& expected) {
  Surroundings surroundings;
  const auto step = make_step(type, yaml, surroundings);
  EXPECT_EQ(apply_step(*step, json), expected);
  std::string errors;
  surroundings.metrics.each(telemetry::MetricId::step_errors, [&](const auto& labels, std::uint64_t count) {
    errors += labels[1] + " " + labels[2] + "=" + std::to_string(count);
  });
  return errors;
}

}  // namespace towline::transforms
