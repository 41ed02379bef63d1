// The sums and the JSON form. The table is in ledger_table.cpp.
#include "telemetry/ledger.hpp"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "base/json_string.hpp"

namespace towline::telemetry {

namespace {

using Counts = std::map<std::string, std::uint64_t>;
using simdjson::dom::element;

std::uint64_t total(const Counts& counts) {
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : counts) sum += count;
  return sum;
}

void append_member(std::string& out, std::string_view name, std::uint64_t count) {
  out += ',';
  append_json_string(out, name);
  (out += ':') += std::to_string(count);
}

void append_member(std::string& out, std::string_view name, const Counts& counts) {
  out += ',';
  append_json_string(out, name);
  out += ":{";
  std::string_view separator;
  for (const auto& [reason, count] : counts) {
    out += std::exchange(separator, ",");
    append_json_string(out, reason);
    (out += ':') += std::to_string(count);
  }
  out += '}';
}

void append_sink(std::string& out, const SinkBalance& balance) {
  out += "{\"sink\":";
  append_json_string(out, balance.sink);
  append_member(out, "received", balance.received);
  append_member(out, "delivered", balance.delivered);
  append_member(out, "diverted", balance.diverted);
  append_member(out, "held", balance.held);
  append_member(out, "dead_lettered", balance.dead_lettered);
  append_member(out, "dropped", balance.dropped);
  append_member(out, "filtered", balance.filtered);
  (out += ",\"difference\":") += std::to_string(balance.difference());
  out += '}';
}

bool read_counts(const element& sink, const char* name, Counts& counts) {
  simdjson::dom::object members;
  if (sink[name].get(members) != simdjson::SUCCESS) return false;
  for (const auto& [reason, value] : members) {
    if (value.get(counts[std::string(reason)]) != simdjson::SUCCESS) return false;
  }
  return true;
}

bool read_sink(const element& sink, SinkBalance& balance) {
  std::string_view id;
  if (sink["sink"].get(id) != simdjson::SUCCESS) return false;
  balance.sink = id;
  return sink["received"].get(balance.received) == simdjson::SUCCESS &&
         sink["delivered"].get(balance.delivered) == simdjson::SUCCESS &&
         sink["diverted"].get(balance.diverted) == simdjson::SUCCESS &&
         sink["held"].get(balance.held) == simdjson::SUCCESS &&
         sink["dead_lettered"].get(balance.dead_lettered) == simdjson::SUCCESS &&
         read_counts(sink, "dropped", balance.dropped) && read_counts(sink, "filtered", balance.filtered);
}

}  // namespace

std::uint64_t SinkBalance::dropped_total() const {
  return total(dropped);
}

std::uint64_t SinkBalance::filtered_total() const {
  return total(filtered);
}

std::int64_t SinkBalance::difference() const {
  const std::uint64_t accounted = delivered + diverted + held + dead_lettered + dropped_total() + filtered_total();
  return static_cast<std::int64_t>(received - accounted);
}

bool Ledger::balances() const {
  return std::ranges::all_of(sinks, [](const SinkBalance& sink) { return sink.difference() == 0; });
}

std::string to_json(const Ledger& ledger) {
  std::string out = "{\"balances\":";
  out += ledger.balances() ? "true" : "false";
  out += ",\"sinks\":[";
  std::string_view separator;
  for (const SinkBalance& sink : ledger.sinks) {
    out += std::exchange(separator, ",");
    append_sink(out, sink);
  }
  out += "]}\n";
  return out;
}

Result<Ledger> from_json(std::string_view json) {
  const Error not_a_ledger{"the answer is not a ledger"};
  simdjson::dom::parser parser;
  simdjson::dom::array sinks;
  const simdjson::padded_string padded(json);
  if (parser.parse(padded)["sinks"].get(sinks) != simdjson::SUCCESS) return not_a_ledger;
  Ledger ledger;
  for (const element sink : sinks) {
    SinkBalance balance;
    if (!read_sink(sink, balance)) return not_a_ledger;
    ledger.sinks.push_back(std::move(balance));
  }
  return ledger;
}

}  // namespace towline::telemetry
