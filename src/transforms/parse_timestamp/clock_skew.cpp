#include "transforms/parse_timestamp/clock_skew.hpp"

#include <algorithm>

namespace towline::parse_timestamp {

namespace {

using std::chrono::floor;
using std::chrono::milliseconds;

telemetry::Instrument& gauge(const component::StepContext& context, const std::string& step,
                             std::string_view direction) {
  return context.metrics.get(telemetry::MetricId::clock_skew, {context.transform, step, direction});
}

}  // namespace

ClockSkew::ClockSkew(const component::StepContext& context, const std::string& step)
    : behind_{gauge(context, step, "behind")}, ahead_{gauge(context, step, "ahead")} {}

void ClockSkew::add(WallTime time, WallTime received) {
  if (received < begin_ || received >= begin_ + window) begin_window(received);
  // Nanoseconds between them may be too many for their type.
  const std::int64_t late =
      floor<milliseconds>(received).time_since_epoch().count() - floor<milliseconds>(time).time_since_epoch().count();
  Largest& largest = late < 0 ? ahead_ : behind_;
  const auto skew = static_cast<std::uint64_t>(late < 0 ? -late : late);
  if (skew <= largest.now) return;
  largest.now = skew;
  largest.shown.set(std::max(largest.now, largest.before));
}

void ClockSkew::begin_window(WallTime received) {
  begin_ = received;
  for (Largest* largest : {&behind_, &ahead_}) {
    largest->before = largest->now;
    largest->now = 0;
    largest->shown.set(largest->before);
  }
}

}  // namespace towline::parse_timestamp
