#include "delivery/tally.hpp"

#include <utility>

namespace towline::delivery {

using telemetry::MetricId;

Tally::Tally(telemetry::Metrics& metrics, std::string sink)
    : metrics_(&metrics), sink_(std::move(sink)), delivered_(&metrics.get(MetricId::sink_delivered_records, {sink_})) {}

void Tally::dead_lettered(std::string_view reason, std::uint64_t records) {
  metrics_->get(MetricId::sink_dead_lettered_records, {sink_, reason}).add(records);
}

void Tally::dropped(std::string_view reason, std::uint64_t records) {
  metrics_->get(MetricId::sink_dropped_records, {sink_, reason}).add(records);
}

void Tally::attempted(component::Status outcome) {
  metrics_->get(MetricId::sink_attempts, {sink_, to_string(outcome)}).add();
}

std::string_view to_string(component::Status status) {
  switch (status) {
    case component::Status::delivered:
      return "delivered";
    case component::Status::retry:
      return "retry";
    case component::Status::unreachable:
      return "unreachable";
    case component::Status::refused:
      return "refused";
    case component::Status::too_large:
      return "too_large";
    case component::Status::rejected:
      return "rejected";
  }
  return "";
}

}  // namespace towline::delivery
