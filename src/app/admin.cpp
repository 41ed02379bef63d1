#include "app/admin.hpp"

#include <algorithm>
#include <utility>

#include "app/audit_view.hpp"
#include "base/json_string.hpp"

namespace towline::app {

namespace {

using Request = net::HttpServer::Request;
using Response = net::HttpServer::Response;

constexpr unsigned ok = 200;
constexpr unsigned unavailable = 503;
constexpr const char* json_type = "application/json";

Response text(unsigned status, std::string body) {
  return {status, "text/plain; charset=utf-8", std::move(body)};
}

Response ready(Phase phase) {
  switch (phase) {
    case Phase::starting:
      return text(unavailable, "starting\n");
    case Phase::draining:
      return text(unavailable, "draining\n");
    case Phase::running:
      break;
  }
  return text(ok, "ready\n");
}

bool any_failing(const std::vector<SinkHealth>& sinks) {
  return std::ranges::any_of(sinks, &SinkHealth::failing);
}

Response deep(const std::vector<SinkHealth>& sinks, const std::vector<std::string>& unwell_streams) {
  const bool failing = any_failing(sinks) || !unwell_streams.empty();
  return {failing ? unavailable : ok, json_type, deep_health_json(sinks, unwell_streams)};
}

void append_sink(std::string& out, const SinkHealth& sink) {
  out += "{\"sink\":";
  append_json_string(out, sink.sink);
  out += ",\"state\":";
  append_json_string(out, sink.state);
  out += ",\"cause\":";
  append_json_string(out, sink.cause);
  out += ",\"oldest_held_seconds\":";
  out += std::to_string(std::chrono::floor<std::chrono::seconds>(sink.oldest_held).count());
  if (!sink.diverting_to.empty()) {
    out += ",\"diverting_to\":";
    append_json_string(out, sink.diverting_to);
  }
  out += '}';
}

}  // namespace

std::vector<AdminRoute> admin_routes(AdminModel model) {
  return {
      {"/health/live", Access::open, "200 while the process turns", [](const Request&) { return text(ok, "live\n"); }},
      {"/health/ready", Access::open, "200 while every source listens",
       [phase = std::move(model.phase)](const Request&) { return ready(phase()); }},
      {"/health/deep", Access::open,
       "200, or 503 with the sinks that hold records for too long, and why, and failing disks",
       [health = std::move(model.health), streams = std::move(model.unwell_streams)](const Request&) {
         return deep(health(), streams());
       }},
      {"/metrics", Access::configured, "Prometheus text",
       [metrics = std::move(model.metrics_text)](const Request&) {
         return Response{ok, "text/plain; version=0.0.4; charset=utf-8", metrics()};
       }},
      {"/ledger", Access::configured, "the balance of every sink, JSON",
       [ledger = std::move(model.ledger)](const Request&) {
         return Response{ok, json_type, telemetry::to_json(ledger())};
       }},
      {"/audit", Access::configured, "what was redacted where, and how often, JSON",
       [audit = std::move(model.audit)](const Request&) {
         return Response{ok, json_type, audit_json(audit())};
       }},
  };
}

std::string deep_health_json(const std::vector<SinkHealth>& sinks, const std::vector<std::string>& unwell_streams) {
  const bool failing = any_failing(sinks) || !unwell_streams.empty();
  std::string out = failing ? R"({"status":"failing","sinks":[)" : R"({"status":"ok","sinks":[)";
  std::string_view separator;
  for (const SinkHealth& sink : sinks) {
    if (failing && !sink.failing) continue;
    out += std::exchange(separator, ",");
    append_sink(out, sink);
  }
  out += "]";
  separator = R"(,"streams":[)";
  for (const std::string& stream : unwell_streams) {
    out += std::exchange(separator, ",");
    append_json_string(out, stream);
  }
  out += unwell_streams.empty() ? "}\n" : "]}\n";
  return out;
}

}  // namespace towline::app
