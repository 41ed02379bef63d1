// The daemon's part of GET /status: what no component knows.
#include "app/admin.hpp"
#include "app/daemon.hpp"
#include "app/ledger_view.hpp"
#include "app/status.hpp"
#include "base/version.hpp"
#include "record/time_format.hpp"
#include "telemetry/process_stats.hpp"

namespace towline::app {

namespace {

std::string_view name_of(Phase phase) {
  switch (phase) {
    case Phase::starting:
      return "starting";
    case Phase::running:
      return "running";
    case Phase::draining:
      break;
  }
  return "draining";
}

}  // namespace

status::Status Daemon::status() const {
  const std::vector<delivery::Loop::SinkStatus> sinks = delivery_.status();
  delivery_.set_stream_metrics();
  status::Status status =
      status::make({config_, metrics_, sinks, make_ledger(config_, plans_, metrics_, sinks), clock_.now()});
  status.version = version();
  status.time = record::format_rfc3339_short(clock_.wall_now()).view();
  status.phase = name_of(phase());
  status.uptime = clock_.now() - started_;
  status.in_memory = delivery_.in_memory();
  status.memory_used = budget_.used();
  status.memory_limit = budget_.limit();
  const telemetry::ProcessStats process = telemetry::read_process_stats();
  status.resident_bytes = process.resident_bytes;
  status.cpu_seconds = process.cpu_seconds;
  return status;
}

}  // namespace towline::app
