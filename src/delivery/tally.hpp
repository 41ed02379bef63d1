// The instruments of one sink: what became of its records, and its attempts.
#pragma once

#include <string>
#include <string_view>

#include "component/sink.hpp"
#include "telemetry/metrics.hpp"

namespace towline::delivery {

class Tally {
 public:
  Tally(telemetry::Metrics& metrics, std::string sink);

  void delivered(std::uint64_t records) { delivered_->add(records); }
  void dead_lettered(std::string_view reason, std::uint64_t records);
  void dropped(std::string_view reason, std::uint64_t records);
  void attempted(component::Status outcome);

 private:
  telemetry::Metrics* metrics_;
  std::string sink_;
  telemetry::Instrument* delivered_;
};

std::string_view to_string(component::Status status);

}  // namespace towline::delivery
