#include "app/sink_health.hpp"

#include <array>

namespace towline::app {

using delivery::Breaker;
using delivery::Loop;
using telemetry::MetricId;

namespace {

constexpr std::array<std::pair<Breaker::State, std::string_view>, 3> states{{{Breaker::State::healthy, "healthy"},
                                                                             {Breaker::State::retrying, "retrying"},
                                                                             {Breaker::State::refused, "refused"}}};

std::string_view name_of(Breaker::State state) {
  for (const auto& [known, name] : states)
    if (known == state) return name;
  return "";
}

Duration age_of(const delivery::Deliverer::Snapshot& snapshot, MonoTime now) {
  return snapshot.oldest == MonoTime::max() ? Duration(0) : now - snapshot.oldest;
}

}  // namespace

std::vector<SinkHealth> sink_health(const std::vector<Loop::SinkStatus>& status, MonoTime now,
                                    Duration oldest_held_limit) {
  std::vector<SinkHealth> health;
  for (const Loop::SinkStatus& sink : status) {
    const Duration age = age_of(sink.now, now);
    health.push_back({sink.sink, std::string(name_of(sink.now.state)), sink.now.cause, age, age > oldest_held_limit,
                      sink.now.diverting_to});
  }
  return health;
}

void set_state_metrics(const std::vector<Loop::SinkStatus>& status, MonoTime now, telemetry::Metrics& metrics) {
  for (const Loop::SinkStatus& sink : status) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age_of(sink.now, now)).count();
    metrics.get(MetricId::sink_oldest_held_seconds, {sink.sink}).set(static_cast<std::uint64_t>(seconds));
    metrics.get(MetricId::sink_diverting, {sink.sink}).set(sink.now.diverting_to.empty() ? 0 : 1);
    for (const auto& [state, name] : states) {
      metrics.get(MetricId::sink_state, {sink.sink, name}).set(state == sink.now.state ? 1 : 0);
    }
  }
}

}  // namespace towline::app
