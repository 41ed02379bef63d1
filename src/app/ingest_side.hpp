// The ingest half of the daemon: sources, transforms and the writers that append to the streams. One shard, used only
// on its thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/source_intake.hpp"
#include "app/stages.hpp"
#include "app/stream_plan.hpp"
#include "app/tap_hub.hpp"
#include "component/source.hpp"
#include "runtime/condition.hpp"
#include "runtime/supervisor.hpp"

namespace towline::app {

class IngestSide {
 public:
  // Everything referred to outlives it. `streams` are those of `plans`, in their order.
  IngestSide(const RootConfig& config, const std::vector<StreamPlan>& plans,
             const std::vector<std::unique_ptr<stream::Stream>>& streams, runtime::Executor executor,
             runtime::Supervisor& supervisor, const StepSurroundings& surroundings, MemoryBudget& budget,
             const Clock& clock);
  IngestSide(const IngestSide&) = delete;
  IngestSide& operator=(const IngestSide&) = delete;

  // Binds every source; the first that can't is the error.
  Result<void> open();
  void start();

  // The three steps of a drain, see component/source.hpp.
  void stop_accepting();
  void close();
  bool idle() const;

  TapHub& taps() { return *taps_; }

  // Hands part chunks to the streams.
  void flush();

 private:
  void add_writers(const std::vector<StreamPlan>& plans, const std::vector<std::unique_ptr<stream::Stream>>& streams,
                   telemetry::Metrics& metrics);
  void add_sources(const RootConfig& config, const runtime::Executor& executor, runtime::Supervisor& supervisor,
                   telemetry::Metrics& metrics);
  void linger();

  runtime::Condition room_;
  runtime::Condition stored_;
  bool stop_waiting_ = false;
  IntakeShared shared_;
  Stages stages_;
  std::optional<TapHub> taps_;  // when the writers are there
  std::vector<std::unique_ptr<stream::Writer>> writers_;
  std::vector<std::unique_ptr<SourceIntake>> intakes_;
  struct NamedSource {
    std::string id;
    std::string_view type;
    std::unique_ptr<component::Source> source;
  };
  std::vector<NamedSource> sources_;
  Duration linger_;
  bool lingering_ = false;
  runtime::Timer linger_timer_;
};

}  // namespace towline::app
