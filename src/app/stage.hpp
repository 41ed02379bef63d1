// The compiled graph of one ingest shard: what a record goes through between its source and the streams.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "component/step.hpp"
#include "record/record.hpp"
#include "stream/writer.hpp"
#include "telemetry/metrics.hpp"

namespace towline::app {

// A transform, or the exit of a source (which has no steps). Used on its shard's thread.
struct Stage {
  struct CountedStep {
    std::unique_ptr<component::Step> step;
    telemetry::Instrument* filtered;
  };

  std::string id;
  std::vector<CountedStep> steps;
  std::vector<stream::Writer*> outputs;
  std::vector<Stage*> next;

  // Applies the steps, writes the record to the outputs and passes it on to the next stages.
  // `dead_letter_reason` not empty: it goes to the dead letters of each sink (redacted like every other record).
  void process(record::Record& record, MonoTime received, std::string_view dead_letter_reason);
};

}  // namespace towline::app
