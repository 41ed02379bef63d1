// A step: one operation of a transform on one record, compiled from its configuration at start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/facts.hpp"
#include "record/record.hpp"
#include "telemetry/audit.hpp"
#include "telemetry/log_metrics.hpp"
#include "telemetry/metrics.hpp"

namespace towline::component {

// What a step is built with. All that is referred to outlives the step.
struct StepContext {
  std::string transform;  // the id of its transform
  std::size_t index;      // its position there, from 0
  telemetry::Metrics& metrics;
  telemetry::Audit& audit;
  const Facts& facts;
  telemetry::LogMetrics& log_metrics;
};

enum class StepResult : std::uint8_t { keep, filter };

// Each shard has its own instances, used only on that shard's thread; so a step may keep scratch buffers.
class Step {
 public:
  virtual ~Step() = default;

  // Queues edits on the record. `filter` takes the record out on purpose (it is counted as filtered{step}).
  // A step never fails: what it can't do to a record safely, it does in the safe way (redaction replaces).
  virtual StepResult apply(record::Record& record) = 0;

  // Whether apply() may change the record. One that only looks can do so before the record is copied for its transform.
  virtual bool edits() const { return true; }
};

}  // namespace towline::component
