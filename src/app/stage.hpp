// The compiled graph of one ingest shard: what a record goes through between its source and the streams.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/tap.hpp"
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
  TapPoint taps;  // who watches what comes out of it
  // For Stage itself: how many steps at the beginning only look at the record, and whether any step here or in what
  // follows changes it. Set by connect().
  std::size_t looking = 0;
  bool edits = true;

  // When the steps are complete, and the next stages are connected.
  void connect();

  // Applies the steps, writes the record to the outputs and passes it on to the next stages.
  // `dead_letter_reason` not empty: it goes to the dead letters of each sink (redacted like every other record).
  void process(record::Record& record, MonoTime received, std::string_view dead_letter_reason);

 private:
  bool admits(record::Record& record);
  bool apply(std::size_t from, std::size_t to, record::Record& record);
  void work(record::Record& record, MonoTime received, std::string_view dead_letter_reason);
};

}  // namespace towline::app
