#include "delivery/tally.hpp"

#include <utility>

namespace towline::delivery {

using telemetry::MetricId;

Tally::Tally(telemetry::Metrics& metrics, std::string sink)
    : metrics_(&metrics),
      sink_(std::move(sink)),
      delivered_(&metrics.get(MetricId::sink_delivered_records, {sink_})),
      diverted_(&metrics.get(MetricId::sink_diverted_records, {sink_})),
      in_flight_limit_(&metrics.get(MetricId::sink_in_flight_limit, {sink_})) {}

void Tally::show(const stream::Totals& totals) {
  if (totals == shown_) return;
  delivered_->add(totals.delivered - shown_.delivered);
  diverted_->add(totals.diverted - shown_.diverted);
  raise(MetricId::sink_dead_lettered_records, totals.dead_lettered, shown_.dead_lettered);
  raise(MetricId::sink_dropped_records, totals.dropped, shown_.dropped);
  shown_ = totals;
}

void Tally::raise(MetricId id, const Counts& counts, const Counts& shown) {
  for (const auto& [reason, count] : counts) {
    const auto before = shown.find(reason);
    const std::uint64_t more = count - (before == shown.end() ? 0 : before->second);
    if (more > 0) metrics_->get(id, {sink_, reason}).add(more);
  }
}

void Tally::attempted(component::Status outcome) {
  metrics_->get(MetricId::sink_attempts, {sink_, to_string(outcome)}).add();
}

void Tally::attempted_elsewhere(component::Status outcome) {
  const std::string_view label = outcome == component::Status::delivered ? "diverted" : "not_diverted";
  metrics_->get(MetricId::sink_attempts, {sink_, label}).add();
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
