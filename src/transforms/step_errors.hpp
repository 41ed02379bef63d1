// Counts what a step couldn't do, as the metric towline_step_errors_total.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "component/step.hpp"

namespace towline::transforms {

class StepErrors {
 public:
  // `step` is the name of the step's type. The metrics outlive this.
  StepErrors(const component::StepContext& context, std::string_view step);

  // `reason` is a literal: a label of the metric, never a piece of a record.
  void add(std::string_view reason);

 private:
  telemetry::Metrics& metrics_;
  std::string transform_;
  std::string step_;
  std::vector<std::pair<std::string_view, telemetry::Instrument*>> counters_;  // a few
};

}  // namespace towline::transforms
