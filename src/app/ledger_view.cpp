#include "app/ledger_view.hpp"

#include <algorithm>

namespace towline::app {

using telemetry::MetricId;
using telemetry::SinkBalance;

namespace {

class Accountant {
 public:
  Accountant(const RootConfig& config, const telemetry::Metrics& metrics) : config_(config), metrics_(metrics) {}

  // Walks upstream. A record that reaches the sink on two paths counts twice, as it is delivered twice.
  void add_inputs(const std::vector<std::string>& inputs, SinkBalance& balance) const {
    for (const std::string& input : inputs) {
      const auto transform = std::find_if(config_.transforms.begin(), config_.transforms.end(),
                                          [&](const ConfiguredTransform& t) { return t.id == input; });
      if (transform == config_.transforms.end()) {
        add_source(input, balance);
      } else {
        add_filtered(input, balance);
        add_inputs(transform->inputs, balance);
      }
    }
  }

  void add_outcomes(SinkBalance& balance) const {
    balance.delivered = metrics_.sum(MetricId::sink_delivered_records, {balance.sink});
    balance.diverted = metrics_.sum(MetricId::sink_diverted_records, {balance.sink});
    balance.dead_lettered = metrics_.sum(MetricId::sink_dead_lettered_records, {balance.sink, ""});
    add_by_label(MetricId::sink_dropped_records, balance.sink, balance.dropped);
  }

 private:
  void add_source(const std::string& source, SinkBalance& balance) const {
    balance.received += metrics_.sum(MetricId::source_received_records, {source});
    add_by_label(MetricId::source_dropped_records, source, balance.dropped);
  }

  void add_filtered(const std::string& transform, SinkBalance& balance) const {
    metrics_.each(MetricId::transform_filtered_records, [&](const auto& labels, std::uint64_t count) {
      if (labels[0] == transform && count > 0) balance.filtered[transform + "." + labels[1]] += count;
    });
  }

  void add_by_label(MetricId id, const std::string& component, std::map<std::string, std::uint64_t>& counts) const {
    metrics_.each(id, [&](const auto& labels, std::uint64_t count) {
      if (labels[0] == component && count > 0) counts[labels[1]] += count;
    });
  }

  const RootConfig& config_;
  const telemetry::Metrics& metrics_;
};

// Records that were owed to the sink and that it has not settled, those still with the ingest shard included.
std::uint64_t held_by(const std::string& sink, std::uint64_t owed,
                      const std::vector<delivery::Loop::SinkStatus>& status) {
  const auto found = std::find_if(status.begin(), status.end(), [&](const auto& s) { return s.sink == sink; });
  return owed - (found == status.end() ? 0 : std::min(owed, found->now.settled));
}

}  // namespace

telemetry::Ledger make_ledger(const RootConfig& config, const std::vector<StreamPlan>& plans,
                              const telemetry::Metrics& metrics,
                              const std::vector<delivery::Loop::SinkStatus>& status) {
  const Accountant accountant(config, metrics);
  telemetry::Ledger ledger;
  ledger.sinks.resize(config.sinks.size());
  for (const StreamPlan& plan : plans) {
    for (const std::size_t index : plan.sinks) {
      SinkBalance& balance = ledger.sinks[index];
      balance.sink = config.sinks[index].id;
      accountant.add_outcomes(balance);
      const std::uint64_t carried = metrics.sum(MetricId::sink_carried_records, {balance.sink});
      const std::uint64_t replayed = metrics.sum(MetricId::sink_replayed_records, {balance.sink});
      const std::uint64_t appended = metrics.sum(MetricId::stream_appended_records, {plan.id});
      balance.held = held_by(balance.sink, carried + appended + replayed, status);
      // Replayed letters are held again, or were delivered since. A replay that a crash has cut short is repeated, and
      // its records come in twice.
      const std::uint64_t taken_back = std::min(replayed, balance.dead_lettered);
      balance.dead_lettered -= taken_back;
      balance.received = carried + replayed - taken_back;
      accountant.add_inputs(config.sinks[index].inputs, balance);
    }
  }
  return ledger;
}

}  // namespace towline::app
