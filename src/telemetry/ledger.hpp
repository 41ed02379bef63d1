// The balance of every sink: what came in on its way is delivered, still held, set aside or left out for a reason that
// is named; nothing else. A plain value: app/ fills it from the counters, the admin listener and `towline ledger` show
// it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace towline::telemetry {

// All counts are records.
struct SinkBalance {
  std::string sink;
  std::uint64_t received = 0;
  std::uint64_t delivered = 0;
  std::uint64_t held = 0;
  std::uint64_t dead_lettered = 0;
  std::map<std::string, std::uint64_t> dropped;   // by reason
  std::map<std::string, std::uint64_t> filtered;  // by "transform.step"
  std::uint64_t diverted = 0;                     // taken by the destination of the sink's fallback instead

  std::uint64_t dropped_total() const;
  std::uint64_t filtered_total() const;

  // received - (delivered + diverted + held + dead_lettered + dropped + filtered): 0 when nothing is missing, positive
  // when records went nowhere, negative when some were counted twice.
  std::int64_t difference() const;

  bool operator==(const SinkBalance&) const = default;
};

struct Ledger {
  std::vector<SinkBalance> sinks;

  bool balances() const;

  bool operator==(const Ledger&) const = default;
};

// One JSON object; see ledger_test.cpp for its form.
std::string to_json(const Ledger& ledger);

// For a terminal: aligned columns, thousands separators, and below each sink its reasons. What was diverted has a
// column where anything was.
std::string to_table(const Ledger& ledger);

// Reads what to_json wrote. Unknown members are ignored, missing ones are errors. Takes untrusted text.
Result<Ledger> from_json(std::string_view json);

}  // namespace towline::telemetry
