#include "app/sink_health.hpp"

#include <gtest/gtest.h>

namespace towline::app {
namespace {

using std::chrono::seconds;

const MonoTime now{seconds(1000)};

delivery::Loop::SinkStatus sink(delivery::Breaker::State state, std::string cause, MonoTime oldest) {
  return {"out", {state, std::move(cause), 0, 0, oldest}};
}

TEST(SinkHealth, ASinkFailsByTheAgeOfWhatItHolds) {
  using enum delivery::Breaker::State;
  const std::vector<SinkHealth> health =
      sink_health({sink(refused, "403 Forbidden", now - seconds(61)), sink(retrying, "503", now - seconds(59)),
                   sink(healthy, "", MonoTime::max())},
                  now, seconds(60));
  EXPECT_TRUE(health[0].failing);
  EXPECT_EQ(health[0].state, "refused");
  EXPECT_EQ(health[0].cause, "403 Forbidden");
  EXPECT_EQ(health[0].oldest_held, Duration(seconds(61)));
  EXPECT_FALSE(health[1].failing) << "an outage alone is no reason: records are held";
  EXPECT_EQ(health[2].oldest_held, Duration(0));
}

TEST(SinkHealth, ExactlyOneStateIsSet) {
  telemetry::Metrics metrics;
  using telemetry::MetricId;
  set_state_metrics({sink(delivery::Breaker::State::retrying, "503", now - seconds(7))}, now, metrics);
  set_state_metrics({sink(delivery::Breaker::State::healthy, "", now - seconds(7))}, now, metrics);
  EXPECT_EQ(metrics.sum(MetricId::sink_state, {"out", "healthy"}), 1U);
  EXPECT_EQ(metrics.sum(MetricId::sink_state, {"out", ""}), 1U);
  EXPECT_EQ(metrics.sum(MetricId::sink_oldest_held_seconds, {"out"}), 7U);
}

TEST(SinkHealth, SaysWhereRecordsGoMeanwhile) {
  telemetry::Metrics metrics;
  delivery::Loop::SinkStatus diverting = sink(delivery::Breaker::State::retrying, "503", now - seconds(7));
  diverting.now.diverting_to = "other";
  const auto diverts = [&] { return metrics.sum(telemetry::MetricId::sink_diverting, {"out"}); };
  set_state_metrics({diverting}, now, metrics);
  EXPECT_EQ(diverts(), 1U);
  const std::vector<SinkHealth> health = sink_health({diverting}, now, seconds(60));
  EXPECT_EQ(health[0].diverting_to, "other");
  EXPECT_NE(deep_health_json(health, {}).find(R"("oldest_held_seconds":7,"diverting_to":"other"})"), std::string::npos);

  diverting.now.diverting_to.clear();
  set_state_metrics({diverting}, now, metrics);
  EXPECT_EQ(diverts(), 0U);
  EXPECT_EQ(deep_health_json(sink_health({diverting}, now, seconds(60)), {}).find("diverting"), std::string::npos);
}

}  // namespace
}  // namespace towline::app
