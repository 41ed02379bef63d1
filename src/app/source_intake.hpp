// Takes the frames of one source: parses each, wraps what isn't a record, and sends it through the stages.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/stage.hpp"
#include "base/memory_budget.hpp"
#include "component/intake.hpp"
#include "runtime/condition.hpp"
#include "telemetry/metrics.hpp"

namespace towline::app {

// What the intakes of one shard share. Used on the shard's thread.
struct IntakeShared {
  runtime::Executor executor;
  const Clock& clock;
  MemoryBudget& budget;
  telemetry::Metrics& metrics;
  const std::uint64_t never_free;   // bytes of the budget that are charged for good
  runtime::Condition& room;         // notified when the budget has room again, and at the end of the drain
  runtime::Condition& stored;       // notified when something has become durable, and at the end of the drain
  bool& stop_waiting;               // the end: room() and durable() return, whatever there is
  std::function<void()> on_record;  // something was written to a writer

  std::uint64_t unfinished_bytes = 0;  // of lines that are not whole yet, all sources together
  const Charge* finishing = nullptr;   // the one that may go on for lack of room
  MonoTime finishing_until{};          // then another one may
};

class SourceIntake final : public component::Intake {
 public:
  // `stage` is the source's exit, with everything behind it.
  SourceIntake(std::string source, Stage& stage, IntakeShared& shared);

  void set_invalid_policy(component::InvalidPolicy policy) override { policy_ = policy; }
  void accept(const component::Frame& frame) override;
  void count_bytes(std::uint64_t n) override { bytes_.add(n); }
  void set_block_at_most(std::optional<Duration> limit) override { block_at_most_ = limit; }
  using Intake::has_room;
  bool has_room(const Charge* line) override;
  runtime::Awaitable<void> room(const Charge* line) override;
  void gather(Charge& line, std::uint64_t bytes) override;
  component::Reserved reserve(Charge& held, std::uint64_t bytes) override;
  runtime::Awaitable<component::Ack> durable(Duration at_most) override;

 private:
  // A stream, and how far it must be durable.
  struct Goal {
    const stream::Stream* stream;
    std::uint64_t end;
  };

  void reject(const component::Frame& frame, std::string_view cause, WallTime wall, MonoTime mono);
  std::vector<Goal> flush_writers();
  bool may_finish(const Charge* line) const;

  std::string source_;
  Stage& stage_;
  IntakeShared& shared_;
  std::vector<stream::Writer*> writers_;  // all that its records may reach, each once
  component::InvalidPolicy policy_ = component::InvalidPolicy::wrap;
  std::optional<Duration> block_at_most_;
  bool gave_way_ = false;  // room() has waited for block_at_most, and there was no room since
  record::Record record_;  // reused
  telemetry::Instrument& received_;
  telemetry::Instrument& bytes_;
};

}  // namespace towline::app
