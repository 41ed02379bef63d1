// The stages of a configuration, one for each source and transform, connected as `inputs` say. Where their records go
// in the end is up to the caller, who adds the outputs.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/config.hpp"
#include "app/stage.hpp"
#include "base/facts.hpp"
#include "telemetry/audit.hpp"
#include "telemetry/log_metrics.hpp"
#include "telemetry/metrics.hpp"

namespace towline::app {

// What all steps are built with; outlives them.
struct StepSurroundings {
  telemetry::Metrics& metrics;
  telemetry::Audit& audit;
  const Facts& facts;
  telemetry::LogMetrics& log_metrics;
};

// Used on one thread. The configuration outlives it.
class Stages {
 public:
  Stages(const RootConfig& config, const StepSurroundings& surroundings);

  // The stage of a source or transform of the configuration.
  Stage& at(const std::string& id) { return *stages_.at(id); }

 private:
  Stage& add(const std::string& id);

  std::map<std::string, std::unique_ptr<Stage>> stages_;
};

}  // namespace towline::app
