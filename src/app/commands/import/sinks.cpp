#include "app/commands/import/sinks.hpp"

#include <array>

#include "app/commands/import/cloudwatch.hpp"
#include "app/commands/import/delivery.hpp"
#include "app/commands/import/http_sink.hpp"
#include "app/commands/import/settings.hpp"

namespace towline::app::migration {

namespace {

constexpr std::array<std::string_view, 12> of_metrics{
    "prometheus_exporter",    "prometheus_remote_write", "prometheus",       "statsd",
    "influxdb_metrics",       "datadog_metrics",         "datadog_events",   "datadog_traces",
    "aws_cloudwatch_metrics", "gcp_stackdriver_metrics", "sematext_metrics", "greptimedb_metrics"};

struct Advice {
  std::string_view type;
  const char* instead;
};
constexpr std::array<Advice, 6> advice{
    {{"file", "`console` writes to the standard output, which can be led into a file"},
     {"blackhole", "records that nobody reads cost nothing: it can be left out"},
     {"elasticsearch", "`http` sends newline-delimited JSON to any endpoint, but without the lines of the bulk API"},
     {"loki", "`http` sends newline-delimited JSON to any endpoint that takes it"},
     {"datadog_logs", "`http` sends newline-delimited JSON to any endpoint that takes it"},
     {"vector", "`http` sends to an `http_server` source of Vector with `decoding.codec: json`"}}};

ConvertedSink console(const Component& component, Place& place) {
  Settings settings(component.settings, component.path(), place);
  ConvertedSink result;
  result.body.set("type", Yaml::text("console"));
  if (settings.text("target").value_or("stdout") == "stderr") result.body.set("target", Yaml::text("stderr"));
  read_encoding(settings, true);
  result.disk_bytes = read_buffer(settings, result.body);
  ignore_common(settings);
  settings.finish();
  return result;
}

// The settings as they are, to be written as a comment.
Yaml as_it_was(const Tree& tree, Settings& settings) {
  Yaml yaml = Yaml::map();
  for (const TreeEntry& entry : tree.entries) {
    if (entry.key == "inputs" || yaml.has(entry.key)) continue;
    if (entry.value.is_scalar()) yaml.set(entry.key, Yaml::text(settings.converted(entry.value, entry.key)));
  }
  return yaml;
}

ConvertedSink off(const Component& component, Place& place) {
  Refusal refusal{"there is no sink like `" + component.type + "`",
                  "`http` sends newline-delimited JSON to any endpoint that takes it"};
  for (const Advice& each : advice)
    if (each.type == component.type) refusal.instead = each.instead;
  place.remark(component.line, component.path() + ".type", std::move(refusal));
  ConvertedSink result;
  result.fate = ConvertedSink::Fate::off;
  Settings settings(component.settings, component.path(), place);
  result.body = as_it_was(*component.settings, settings);
  return result;
}

}  // namespace

ConvertedSink convert_sink(const Component& component, Place& place) {
  if (component.type == "http") return http_sink(component, place);
  if (component.type == "console") return console(component, place);
  if (component.type == "aws_cloudwatch_logs") return cloudwatch_sink(component, place);
  for (const std::string_view type : of_metrics) {
    if (type != component.type) continue;
    place.remark(
        component.line, component.path() + ".type",
        {"a sink takes records, not metrics", "/metrics of `admin.listen` has towline's and those of `metric` steps"});
    ConvertedSink result;
    result.fate = ConvertedSink::Fate::gone;
    return result;
  }
  return off(component, place);
}

}  // namespace towline::app::migration
