#include "app/status.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "app/sink_health.hpp"

namespace towline::app::status {

using telemetry::MetricId;
using telemetry::Metrics;

namespace {

// A metric's values by the component that its first label names: one pass serves all components.
using Values = std::map<std::string, std::uint64_t, std::less<>>;
using Breakdowns = std::map<std::string, Counts, std::less<>>;

Values values(const Metrics& metrics, MetricId id) {
  Values found;
  metrics.each(id, [&](const auto& labels, std::uint64_t value) { found[labels[0]] += value; });
  return found;
}

Breakdowns breakdowns(const Metrics& metrics, MetricId id) {
  Breakdowns found;
  metrics.each(id, [&](const auto& labels, std::uint64_t value) {
    if (value > 0) found[labels[0]][labels[1]] += value;
  });
  return found;
}

// Zero, or nothing, where there is no such component yet.
template <class Map>
typename Map::mapped_type at(const Map& map, std::string_view id) {
  const auto found = map.find(id);
  return found == map.end() ? typename Map::mapped_type() : found->second;
}

std::uint64_t count_at(const Counts& counts, const std::string& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

std::uint64_t total(const Counts& counts) {
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : counts) sum += count;
  return sum;
}

// While records move, what went out may be counted before what came in is.
std::uint64_t less(std::uint64_t count, std::uint64_t part) {
  return count - std::min(count, part);
}

std::vector<Source> sources(const Parts& from) {
  const Values received = values(from.metrics, MetricId::source_received_records);
  const Values bytes = values(from.metrics, MetricId::source_received_bytes);
  const Breakdowns invalid = breakdowns(from.metrics, MetricId::source_invalid_records);
  const Breakdowns dropped = breakdowns(from.metrics, MetricId::source_dropped_records);
  const Values connections = values(from.metrics, MetricId::source_connections);
  const Values paused = values(from.metrics, MetricId::source_paused_seconds_milli);
  std::vector<Source> sources;
  for (const ConfiguredSource& source : from.config.sources) {
    const std::string& id = source.id;
    sources.push_back({id, std::string(source.type->name), at(received, id), at(bytes, id), at(invalid, id),
                       at(dropped, id), at(connections, id), at(paused, id)});
  }
  return sources;
}

// The names are those of the metrics' labels.
std::vector<Step> steps(const ConfiguredTransform& transform, const Counts& filtered, const Counts& errors) {
  std::vector<Step> steps;
  for (const ConfiguredStep& step : transform.steps) {
    const std::string name = std::to_string(steps.size() + 1) + "_" + std::string(step.type->name);
    steps.push_back({name, count_at(filtered, name), count_at(errors, name)});
  }
  return steps;
}

// Nobody counts what passes a transform: it follows from what its inputs let out, and each stands behind its inputs.
std::vector<Transform> transforms(const Parts& from, const std::vector<Source>& sources) {
  Breakdowns filtered;
  Breakdowns errors;
  from.metrics.each(MetricId::transform_filtered_records,
                    [&](const auto& labels, std::uint64_t value) { filtered[labels[0]][labels[1]] += value; });
  from.metrics.each(MetricId::step_errors,
                    [&](const auto& labels, std::uint64_t value) { errors[labels[0]][labels[1]] += value; });
  Values out;
  for (const Source& source : sources) out[source.id] = less(source.received, total(source.dropped));
  std::vector<Transform> transforms;
  for (const ConfiguredTransform& transform : from.config.transforms) {
    Transform shown{transform.id, 0, 0, steps(transform, at(filtered, transform.id), at(errors, transform.id))};
    for (const std::string& input : transform.inputs) shown.in += at(out, input);
    shown.out = less(shown.in, total(at(filtered, transform.id)));
    out[shown.id] = shown.out;
    transforms.push_back(std::move(shown));
  }
  return transforms;
}

// Those that the gauges know: of the plans, of earlier configurations, of replays.
std::vector<Stream> streams(const Parts& from) {
  const Values disk = values(from.metrics, MetricId::stream_disk_bytes);
  const Values limit = values(from.metrics, MetricId::stream_disk_max_bytes);
  const Values well = values(from.metrics, MetricId::stream_durable);
  const Values appended = values(from.metrics, MetricId::stream_appended_records);
  std::vector<Stream> streams;
  from.metrics.each(MetricId::stream_bytes, [&](const auto& labels, std::uint64_t memory) {
    const std::string& id = labels[0];
    const bool durable = disk.contains(id);
    streams.push_back(
        {id, durable, !durable || at(well, id) == 1, memory, at(disk, id), at(limit, id), at(appended, id)});
  });
  return streams;
}

std::optional<Seconds> age(MonoTime then, MonoTime now) {
  if (then == MonoTime()) return std::nullopt;
  return std::max(Seconds(0), Seconds(now - then));
}

void add_state(const delivery::Deliverer::Snapshot& snapshot, MonoTime now, Sink& sink) {
  sink.cause = snapshot.cause;
  sink.diverting_to = snapshot.diverting_to;
  sink.held_bytes = snapshot.held_bytes;
  sink.in_flight = snapshot.in_flight;
  sink.last_error = snapshot.last_error;
  sink.last_error_age = age(snapshot.failed, now);
  if (snapshot.state != delivery::Breaker::State::healthy && snapshot.resumes > now) {
    sink.retry_in = Seconds(snapshot.resumes - now);
  }
}

void add_balance(const telemetry::SinkBalance& balance, Sink& sink) {
  sink.held = balance.held;
  sink.delivered = balance.delivered;
  sink.diverted = balance.diverted;
  sink.dead_lettered = balance.dead_lettered;
  sink.dropped = balance.dropped;
}

std::vector<Sink> sinks(const Parts& from) {
  const std::vector<SinkHealth> health =
      sink_health(from.sinks, from.now, from.config.settings.health.oldest_held_limit);
  const Values limit = values(from.metrics, MetricId::sink_in_flight_limit);
  const Values sent = values(from.metrics, MetricId::sink_sent_bytes);
  const Breakdowns attempts = breakdowns(from.metrics, MetricId::sink_attempts);
  const Breakdowns dead = breakdowns(from.metrics, MetricId::sink_dead_lettered_records);
  std::map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < from.sinks.size(); ++i) places.emplace(from.sinks[i].sink, i);

  std::vector<Sink> sinks;
  for (const ConfiguredSink& configured : from.config.sinks) {
    Sink& sink = sinks.emplace_back();
    sink.id = configured.id;
    sink.type = configured.type->name;
    if (const auto place = places.find(sink.id); place != places.end()) {
      sink.state = health[place->second].state;
      sink.failing = health[place->second].failing;
      sink.oldest_held = health[place->second].oldest_held;
      add_state(from.sinks[place->second].now, from.now, sink);
    }
    sink.in_flight_limit = at(limit, sink.id);
    sink.sent_bytes = at(sent, sink.id);
    sink.attempts = at(attempts, sink.id);
    sink.dead_letters = at(dead, sink.id);
    if (sinks.size() <= from.ledger.sinks.size()) add_balance(from.ledger.sinks[sinks.size() - 1], sink);
  }
  return sinks;
}

std::vector<Edge> edges(const RootConfig& config) {
  std::vector<Edge> edges;
  const auto add = [&](const std::string& to, const std::vector<std::string>& inputs) {
    for (const std::string& from : inputs) edges.push_back({from, to});
  };
  for (const ConfiguredTransform& transform : config.transforms) add(transform.id, transform.inputs);
  for (const ConfiguredSink& sink : config.sinks) add(sink.id, sink.inputs);
  return edges;
}

}  // namespace

Status make(Parts from) {
  Status status;
  status.sources = sources(from);
  status.transforms = transforms(from, status.sources);
  status.streams = streams(from);
  status.sinks = sinks(from);
  status.edges = edges(from.config);
  status.ledger = std::move(from.ledger);
  return status;
}

}  // namespace towline::app::status
