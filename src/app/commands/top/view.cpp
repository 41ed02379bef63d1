#include "app/commands/top/view.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "app/commands/top/figures.hpp"
#include "app/printable.hpp"

namespace towline::app::top {

namespace {

using status::Counts;
using status::Seconds;
using status::Status;

constexpr std::string_view replay_streams = "replay.";

std::uint64_t total(const Counts& counts) {
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : counts) sum += count;
  return sum;
}

// The same component at the moment before; it mostly stands in the same place.
template <class Component>
const Component* earlier(const std::vector<Component>& before, std::size_t place, const std::string& id) {
  if (place < before.size() && before[place].id == id) return &before[place];
  const auto found = std::ranges::find(before, id, &Component::id);
  return found == before.end() ? nullptr : &*found;
}

// Nothing is known of a daemon that has been started again in between.
std::optional<Seconds> elapsed(const Moment& moment) {
  if (moment.before == nullptr || moment.now.uptime <= moment.before->uptime) return std::nullopt;
  return moment.now.uptime - moment.before->uptime;
}

// Rates of the components of one kind.
template <class Component>
class Rates {
 public:
  Rates(const Moment& moment, std::vector<Component> Status::*list)
      : time_(elapsed(moment)), before_(time_ ? &(moment.before->*list) : nullptr) {}

  template <class Counter>
  std::optional<double> of(const Component& now, std::size_t place, Counter counter) const {
    const Component* before = before_ == nullptr ? nullptr : earlier(*before_, place, now.id);
    if (before == nullptr || counter(now) < counter(*before)) return std::nullopt;
    return static_cast<double>(counter(now) - counter(*before)) / time_->count();
  }

 private:
  std::optional<Seconds> time_;
  const std::vector<Component>* before_;
};

Text number(std::uint64_t count, Style where_any = Style::plain) {
  return {count_text(count), count == 0 ? Style::faint : where_any};
}

Style style_of(const status::Sink& sink) {
  if (sink.failing || sink.state == "refused") return Style::bad;
  return sink.state == "healthy" ? Style::good : Style::warn;
}

// Why the sink doesn't deliver, or what went wrong last.
Text note_of(const status::Sink& sink) {
  std::string note;
  if (!sink.cause.empty()) note = sink.cause;
  if (sink.retry_in) note += ", next try in " + duration_text(*sink.retry_in);
  if (!sink.diverting_to.empty()) note += ", its records go to " + sink.diverting_to;
  if (!note.empty()) return {printable(note), style_of(sink)};
  if (sink.last_error.empty() || !sink.last_error_age) return {};
  return {printable("last error " + duration_text(*sink.last_error_age) + " ago: " + sink.last_error), Style::faint};
}

Table sinks_of(const Moment& moment) {
  Table table{{{"SINK"},
               {"STATE"},
               {"OUT/S", true},
               {"HELD", true},
               {"BYTES", true, 3},
               {"OLDEST", true},
               {"IN FLIGHT", true, 4},
               {"DELIVERED", true, 2},
               {"DEAD", true, 1},
               {"DROPPED", true, 1},
               {"TYPE", false, 5}},
              {}};
  const Rates<status::Sink> rates(moment, &Status::sinks);
  const auto out = [](const status::Sink& sink) { return sink.delivered + sink.diverted; };
  for (std::size_t i = 0; i < moment.now.sinks.size(); ++i) {
    const status::Sink& sink = moment.now.sinks[i];
    table.rows.push_back({{{printable(sink.id), Style::title},
                           {printable(sink.state), style_of(sink)},
                           {rate_text(rates.of(sink, i, out))},
                           number(sink.held),
                           {bytes_text(sink.held_bytes), sink.held_bytes == 0 ? Style::faint : Style::plain},
                           {sink.held == 0 ? "-" : duration_text(sink.oldest_held), sink.failing     ? Style::bad
                                                                                    : sink.held == 0 ? Style::faint
                                                                                                     : Style::plain},
                           {std::to_string(sink.in_flight) + "/" + std::to_string(sink.in_flight_limit)},
                           {count_text(sink.delivered)},
                           number(sink.dead_lettered, Style::warn),
                           number(total(sink.dropped), Style::bad),
                           {printable(sink.type), Style::faint}},
                          note_of(sink)});
  }
  return table;
}

Table sources_of(const Moment& moment) {
  Table table{{{"SOURCE"},
               {"IN/S", true},
               {"BYTES/S", true, 1},
               {"RECEIVED", true, 2},
               {"INVALID", true, 1},
               {"DROPPED", true, 1},
               {"CONNECTIONS", true, 3},
               {"TYPE", false, 4}},
              {}};
  const Rates<status::Source> rates(moment, &Status::sources);
  for (std::size_t i = 0; i < moment.now.sources.size(); ++i) {
    const status::Source& source = moment.now.sources[i];
    const auto records = rates.of(source, i, [](const status::Source& s) { return s.received; });
    const auto bytes = rates.of(source, i, [](const status::Source& s) { return s.bytes; });
    table.rows.push_back({{{printable(source.id), Style::title},
                           {rate_text(records)},
                           {byte_rate_text(bytes)},
                           {count_text(source.received)},
                           number(total(source.invalid), Style::warn),
                           number(total(source.dropped), Style::bad),
                           number(source.connections),
                           {printable(source.type), Style::faint}}});
  }
  return table;
}

Table transforms_of(const Moment& moment) {
  Table table{{{"TRANSFORM"}, {"IN/S", true, 1}, {"OUT/S", true}, {"FILTERED", true, 2}, {"ERRORS", true, 2}}, {}};
  const Rates<status::Transform> rates(moment, &Status::transforms);
  for (std::size_t i = 0; i < moment.now.transforms.size(); ++i) {
    const status::Transform& transform = moment.now.transforms[i];
    std::uint64_t filtered = 0;
    std::uint64_t errors = 0;
    for (const status::Step& step : transform.steps) {
      filtered += step.filtered;
      errors += step.errors;
    }
    table.rows.push_back({{{printable(transform.id), Style::title},
                           {rate_text(rates.of(transform, i, [](const status::Transform& t) { return t.in; }))},
                           {rate_text(rates.of(transform, i, [](const status::Transform& t) { return t.out; }))},
                           number(filtered),
                           number(errors, Style::warn)}});
  }
  return table;
}

Table streams_of(const Moment& moment) {
  Table table{{{"STREAM"}, {"MEMORY", true, 1}, {"DISK", true}, {"LIMIT", true, 2}, {"KEPT", false, 3}}, {}};
  for (const status::Stream& stream : moment.now.streams) {
    if (stream.id.starts_with(replay_streams) && stream.memory_bytes == 0) continue;  // nothing comes back
    Text kept{stream.durable ? "on disk" : "in memory", Style::faint};
    if (!stream.well) kept = {"the disk takes nothing", Style::bad};
    table.rows.push_back({{{printable(stream.id), Style::title},
                           {bytes_text(stream.memory_bytes)},
                           {stream.durable ? bytes_text(stream.disk_bytes) : "-"},
                           {stream.durable ? bytes_text(stream.disk_limit) : "-"},
                           std::move(kept)}});
  }
  return table;
}

std::vector<Text> header_of(const Moment& moment) {
  const Status& now = moment.now;
  std::optional<double> cpu;
  if (const auto time = elapsed(moment)) cpu = (now.cpu_seconds - moment.before->cpu_seconds) / time->count();
  return {{printable("towline " + now.version), Style::title},
          {printable(now.phase), now.phase == "running" ? Style::good : Style::warn},
          {"up " + duration_text(now.uptime)},
          {"memory " + bytes_text(now.memory_used) + " of " + bytes_text(now.memory_limit)},
          {"resident " + bytes_text(now.resident_bytes)},
          {"CPU " + percent_text(cpu)},
          now.ledger.balances() ? Text{"ledger balances", Style::good} : Text{"ledger moves", Style::faint}};
}

void append(std::vector<std::string>& lines, const Table& table, std::size_t width, Colour colour) {
  if (table.rows.empty()) return;
  lines.emplace_back();
  for (std::string& line : lines_of(table, width, colour)) lines.push_back(std::move(line));
}

}  // namespace

std::vector<std::string> lines_of(const Moment& moment, Size size, Colour colour) {
  const std::size_t width = std::max<std::size_t>(size.columns, 1);
  std::vector<std::string> lines = flow(header_of(moment), width, colour);
  for (const Table& table : {sinks_of(moment), sources_of(moment), transforms_of(moment), streams_of(moment)}) {
    append(lines, table, width, colour);
  }
  if (size.rows == 0 || lines.size() <= size.rows) return lines;
  const std::size_t missing = lines.size() - size.rows + 1;
  lines.resize(size.rows);
  lines.back() =
      painted({cut("… " + std::to_string(missing) + " more lines: `towline top --once`", width), Style::faint}, colour);
  return lines;
}

}  // namespace towline::app::top
