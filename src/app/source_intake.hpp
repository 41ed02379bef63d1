// Takes the frames of one source: parses each, wraps what isn't a record, and sends it through the stages.
#pragma once

#include <functional>
#include <string>

#include "app/stage.hpp"
#include "base/memory_budget.hpp"
#include "component/intake.hpp"
#include "runtime/condition.hpp"
#include "telemetry/metrics.hpp"

namespace towline::app {

// What the intakes of one shard share. Used on the shard's thread.
struct IntakeShared {
  const Clock& clock;
  MemoryBudget& budget;
  telemetry::Metrics& metrics;
  runtime::Condition& room;         // notified when the budget has room again, and at the end of the drain
  bool& stop_waiting;               // the end: room() returns, room or not
  std::function<void()> on_record;  // something was written to a writer
};

class SourceIntake final : public component::Intake {
 public:
  SourceIntake(std::string source, Stage& stage, IntakeShared& shared);

  void set_invalid_policy(component::InvalidPolicy policy) override { policy_ = policy; }
  void accept(const component::Frame& frame) override;
  void count_bytes(std::uint64_t n) override { bytes_.add(n); }
  bool has_room() const override;
  runtime::Awaitable<void> room() override;

 private:
  void reject(const component::Frame& frame, std::string_view cause, WallTime wall, MonoTime mono);

  std::string source_;
  Stage& stage_;
  IntakeShared& shared_;
  component::InvalidPolicy policy_ = component::InvalidPolicy::wrap;
  record::Record record_;  // reused
  telemetry::Instrument& received_;
  telemetry::Instrument& bytes_;
};

}  // namespace towline::app
