// What the delivery thread knows of its destinations, as health and metrics show it.
#pragma once

#include <vector>

#include "app/admin.hpp"
#include "base/clock.hpp"
#include "delivery/loop.hpp"
#include "telemetry/metrics.hpp"

namespace towline::app {

// A sink fails when its oldest record has been held for longer than the limit.
std::vector<SinkHealth> sink_health(const std::vector<delivery::Loop::SinkStatus>& status, MonoTime now,
                                    Duration oldest_held_limit);

void set_state_metrics(const std::vector<delivery::Loop::SinkStatus>& status, MonoTime now,
                       telemetry::Metrics& metrics);

}  // namespace towline::app
