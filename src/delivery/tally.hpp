// The instruments of one sink: what became of its records, and its attempts.
#pragma once

#include <string>
#include <string_view>

#include "component/sink.hpp"
#include "stream/cursor_state.hpp"
#include "telemetry/metrics.hpp"

namespace towline::delivery {

// Records are counted in the cursor's totals and nowhere else, because they are what survives a restart; the counters
// follow them. Several tallies of one sink (it may have several cursors) add up.
class Tally {
 public:
  Tally(telemetry::Metrics& metrics, std::string sink);

  // Raises the counters by what has been added to the totals since the last call; at first, to what they are.
  void show(const stream::Totals& totals);
  void show_limit(std::uint32_t in_flight) { in_flight_limit_->set(in_flight); }
  void attempted(component::Status outcome);
  // At the fallback's destination.
  void attempted_elsewhere(component::Status outcome);

 private:
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;
  void raise(telemetry::MetricId id, const Counts& counts, const Counts& shown);

  telemetry::Metrics* metrics_;
  std::string sink_;
  telemetry::Instrument* delivered_;
  telemetry::Instrument* diverted_;
  telemetry::Instrument* in_flight_limit_;
  stream::Totals shown_;
};

std::string_view to_string(component::Status status);

}  // namespace towline::delivery
