// How the whole daemon is doing at one moment: what GET /status says, and the status page and `towline top` show.
// Everything here is read from the counters behind /metrics and /ledger; nothing is counted for it. Rates are up to who
// looks twice.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "delivery/loop.hpp"
#include "telemetry/ledger.hpp"
#include "telemetry/metrics.hpp"

namespace towline::app::status {

using Seconds = std::chrono::duration<double>;
using Counts = std::map<std::string, std::uint64_t>;  // by reason, cause or outcome

// All counts of records and bytes are since the start of the process, unless a line says something else.
struct Source {
  std::string id;
  std::string type;
  std::uint64_t received = 0;  // records
  std::uint64_t bytes = 0;
  Counts invalid;  // records that were no JSON object within the limits; part of `received`
  Counts dropped;  // records; part of `received`
  std::uint64_t connections = 0;
  std::uint64_t paused_ms = 0;  // without reading, because the memory was used up

  bool operator==(const Source&) const = default;
};

struct Step {
  std::string name;            // "2_redact"
  std::uint64_t filtered = 0;  // records
  std::uint64_t errors = 0;    // values that it left as they were

  bool operator==(const Step&) const = default;
};

// Routes of a transform and filters of sinks are transforms, too.
struct Transform {
  std::string id;
  std::uint64_t in = 0;   // records, as its inputs' counters say
  std::uint64_t out = 0;  // in, less what its steps filtered
  std::vector<Step> steps;

  bool operator==(const Transform&) const = default;
};

struct Stream {
  std::string id;
  bool durable = false;  // it is on disk
  bool well = true;      // the disk takes its records
  std::uint64_t memory_bytes = 0;
  std::uint64_t disk_bytes = 0;
  std::uint64_t disk_limit = 0;  // bytes
  std::uint64_t appended = 0;    // records

  bool operator==(const Stream&) const = default;
};

struct Sink {
  std::string id;
  std::string type;
  std::string state;  // healthy, retrying, refused
  std::string cause;  // why; empty when healthy
  bool failing = false;
  std::string diverting_to;         // the fallback, while records go there
  std::optional<Seconds> retry_in;  // while it waits
  std::string last_error;           // empty: none yet in this run. It stays when the destination is well again
  std::optional<Seconds> last_error_age;
  std::uint64_t held = 0;        // records
  std::uint64_t held_bytes = 0;  // of the stream's chunks, as packed; a second old at the most while records move
  Seconds oldest_held{};
  std::uint64_t in_flight = 0;  // requests
  std::uint64_t in_flight_limit = 0;
  std::uint64_t sent_bytes = 0;
  Counts attempts;
  // Records, over all runs where there is a data_dir.
  std::uint64_t delivered = 0;
  std::uint64_t diverted = 0;
  std::uint64_t dead_lettered = 0;
  Counts dead_letters;  // by reason; those that have been replayed included
  Counts dropped;

  bool operator==(const Sink&) const = default;
};

struct Edge {
  std::string from;
  std::string to;

  bool operator==(const Edge&) const = default;
};

struct Status {
  std::string version;
  std::string time;   // RFC 3339 in UTC
  std::string phase;  // starting, running, draining
  Seconds uptime{};
  bool in_memory = true;  // held records live in memory only
  std::uint64_t memory_used = 0;
  std::uint64_t memory_limit = 0;
  std::uint64_t resident_bytes = 0;
  double cpu_seconds = 0;
  std::vector<Source> sources;
  std::vector<Transform> transforms;
  std::vector<Stream> streams;
  std::vector<Sink> sinks;
  std::vector<Edge> edges;  // of the pipeline, from what is read to who reads it
  telemetry::Ledger ledger;

  bool operator==(const Status&) const = default;
};

// What a status is made of. The gauges of the streams are up to date in `metrics`.
struct Parts {
  const RootConfig& config;
  const telemetry::Metrics& metrics;
  const std::vector<delivery::Loop::SinkStatus>& sinks;
  telemetry::Ledger ledger;
  MonoTime now;
};

// The components and their edges; the rest (version, time, memory ...) is the caller's. Takes time in proportion to the
// number of components.
Status make(Parts from);

// One JSON object and a line break; docs/status-page.md says what it means. Its names are stable.
std::string to_json(const Status& status);

// Reads what to_json() wrote. Unknown members are ignored, missing ones are errors. Takes untrusted text.
Result<Status> from_json(std::string_view json);

}  // namespace towline::app::status
