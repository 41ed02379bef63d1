// The ledger as the counters tell it: for each sink, everything that entered on a path to it, and what became of it.
#pragma once

#include <vector>

#include "app/config.hpp"
#include "app/stream_plan.hpp"
#include "delivery/loop.hpp"
#include "telemetry/ledger.hpp"
#include "telemetry/metrics.hpp"

namespace towline::app {

// Exact whenever nothing is moving; while records move, a balance may be off by those that are between two counters.
telemetry::Ledger make_ledger(const RootConfig& config, const std::vector<StreamPlan>& plans,
                              const telemetry::Metrics& metrics, const std::vector<delivery::Loop::SinkStatus>& status);

}  // namespace towline::app
