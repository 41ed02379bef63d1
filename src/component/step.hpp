// A step: one operation of a transform on one record, compiled from its configuration at start.
#pragma once

#include <cstdint>

#include "record/record.hpp"

namespace towline::component {

enum class StepResult : std::uint8_t { keep, filter };

// Each shard has its own instances, used only on that shard's thread; so a step may keep scratch buffers.
class Step {
 public:
  virtual ~Step() = default;

  // Queues edits on the record. `filter` takes the record out on purpose (it is counted as filtered{step}).
  // A step never fails: what it can't do to a record safely, it does in the safe way (redaction replaces).
  virtual StepResult apply(record::Record& record) = 0;
};

}  // namespace towline::component
