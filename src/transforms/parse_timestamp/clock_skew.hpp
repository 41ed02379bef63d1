// How far the times in records are from their receipt, as the metric towline_clock_skew_milliseconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "component/step.hpp"

namespace towline::parse_timestamp {

class ClockSkew {
 public:
  // The metrics outlive this.
  ClockSkew(const component::StepContext& context, const std::string& step);

  void add(WallTime time, WallTime received);

  // The metric shows the largest difference of the window under way and of the one before.
  static constexpr std::chrono::minutes window{1};

 private:
  struct Largest {
    telemetry::Instrument& shown;
    std::uint64_t now = 0;
    std::uint64_t before = 0;
  };

  void begin_window(WallTime received);

  WallTime begin_{};
  Largest behind_;
  Largest ahead_;
};

}  // namespace towline::parse_timestamp
