// The admin listener: health, metrics, the ledger and the audit over HTTP, for machines and for
// `towline healthcheck|ledger|audit`.
// It asks the rest of the daemon through AdminModel and knows nothing else of it. Read only. What else the listener
// serves has its rows elsewhere (admin_routes.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/admin_routes.hpp"
#include "base/clock.hpp"
#include "telemetry/audit.hpp"
#include "telemetry/ledger.hpp"

namespace towline::app {

enum class Phase : std::uint8_t { starting, running, draining };

struct SinkHealth {
  std::string sink;
  std::string state;              // healthy, retrying, refused
  std::string cause;              // what the destination last said, without payload; empty when healthy
  Duration oldest_held{};         // age of the oldest record that is not settled; 0 when nothing is held
  bool failing = false;           // oldest_held is above the limit
  std::string diverting_to = {};  // the fallback, while records go there
};

// Called on the shard's thread of the admin listener.
struct AdminModel {
  std::function<Phase()> phase;                              // running: every source listens
  std::function<std::vector<SinkHealth>()> health;           // one per sink
  std::function<std::vector<std::string>()> unwell_streams;  // whose disk doesn't take records
  std::function<telemetry::Ledger()> ledger;
  std::function<std::string()> metrics_text;
  std::function<std::vector<telemetry::Audit::Row>()> audit;
};

// /health/live /health/ready /health/deep /metrics /ledger /audit
std::vector<AdminRoute> admin_routes(AdminModel model);

// {"status":"failing","sinks":[{"sink":"b","state":"refused","cause":"403 Forbidden","oldest_held_seconds":312}]}
// A sink whose records go to its fallback has "diverting_to":"c", too.
// When something fails only the failing sinks are listed, else all. Streams whose disk doesn't take records follow as
// "streams":["clean"], where there are any.
std::string deep_health_json(const std::vector<SinkHealth>& sinks, const std::vector<std::string>& unwell_streams);

}  // namespace towline::app
