#include "app/builtin.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace towline::app {
namespace {

constexpr std::string_view head =
    R"(# What `towline run` does without --config. Every ${VARIABLE} can be set in the environment.

# With a directory, held records survive the process, and what a destination will never take is kept in it.
data_dir: ${TOWLINE_DATA_DIR:-}
memory: ${TOWLINE_MEMORY:-32MiB}
# How long `towline logs` shows from that directory what was delivered, if there is room: 24h, for example.
stream:
  keep: ${TOWLINE_KEEP:-off}
# The time for the end at SIGTERM: less than what the platform gives (`stopTimeout` of ECS, 30s; Docker, 10s). What is
# left then and is on no disk goes to stderr, if TOWLINE_LAST_RESORT says `stderr`.
shutdown:
  budget: ${TOWLINE_SHUTDOWN_BUDGET:-25s}
  last_resort: ${TOWLINE_LAST_RESORT:-none}
admin:
  listen: ${TOWLINE_ADMIN_LISTEN:-127.0.0.1:8686}
)";

constexpr std::string_view no_admin_token =
    "  # token: ${TOWLINE_ADMIN_TOKEN}, where that is set, or file:${TOWLINE_ADMIN_TOKEN_FILE}\n";

constexpr std::string_view pipeline = R"(
sources:
  app:
    type: tcp
    listen: ${TOWLINE_LISTEN:-127.0.0.1:9000}
  app_udp:
    type: udp
    listen: ${TOWLINE_LISTEN:-127.0.0.1:9000}

transforms:
  clean:
    inputs: [app, app_udp]
    steps:
      - rename: { timestamp: dt }
      - redact: {}

sinks:
)";

constexpr std::string_view betterstack_sink = R"(  betterstack:
    type: betterstack
    inputs: [clean]
    token: ${BETTERSTACK_SOURCE_TOKEN}
    # One of the two; a whole URL is for test servers.
    host: ${BETTERSTACK_INGESTING_HOST:-}
    url: ${BETTERSTACK_URL:-}
    tls:
      ca_file: ${BETTERSTACK_CA_FILE:-}
)";

bool is_variable_set(const config::Environment& environment, std::string_view name) {
  return environment && !environment(name).value_or("").empty();
}

// A token that is set to nothing would be a mistake, so there is no default to write.
std::string admin_token(const config::Environment& environment) {
  if (is_variable_set(environment, "TOWLINE_ADMIN_TOKEN")) return "  token: ${TOWLINE_ADMIN_TOKEN}\n";
  if (is_variable_set(environment, "TOWLINE_ADMIN_TOKEN_FILE")) return "  token: file:${TOWLINE_ADMIN_TOKEN_FILE}\n";
  return std::string(no_admin_token);
}

// A default with braces can't stand in `${NAME:-default}`, so it is chosen here.
std::string cloudwatch_sink(const config::Environment& environment) {
  const auto is_set = [&](std::string_view name) { return is_variable_set(environment, name); };
  const bool on_ecs = is_set("ECS_CONTAINER_METADATA_URI_V4");
  std::string group = "${CLOUDWATCH_LOG_GROUP:-/towline}";
  if (on_ecs && !is_set("CLOUDWATCH_LOG_GROUP")) group = "\"/towline/{ecs.family}\"";
  std::string stream = on_ecs ? "\"{ecs.task_id}\"" : "\"{host.name}\"";
  if (is_set("CLOUDWATCH_LOG_STREAM")) stream = "${CLOUDWATCH_LOG_STREAM}";
  return "  cloudwatch:\n    type: cloudwatch\n    inputs: [clean]\n    group: " + group + "\n    stream: " + stream +
         "\n    retention_days: ${CLOUDWATCH_RETENTION_DAYS:-off}\n";
}

constexpr std::string_view console_sink = R"(  console:
    type: console
    inputs: [clean]
)";

}  // namespace

std::string builtin_config(std::string_view destination, const config::Environment& environment) {
  CHECK(std::ranges::find(builtin_destinations, destination) != builtin_destinations.end());
  const bool both = destination == "both";
  std::string text = std::string(head) + admin_token(environment);
  text += pipeline;
  if (both || destination == "betterstack") text += betterstack_sink;
  if (both || destination == "cloudwatch") text += cloudwatch_sink(environment);
  if (destination == "console") text += console_sink;
  return text;
}

Result<std::string> builtin_destination(const config::Environment& environment) {
  const std::string named = environment("LOG_DESTINATION").value_or("");
  if (named.empty()) {
    const bool has_token = !environment("BETTERSTACK_SOURCE_TOKEN").value_or("").empty();
    return std::string(has_token ? "betterstack" : "console");
  }
  if (std::find(builtin_destinations.begin(), builtin_destinations.end(), named) != builtin_destinations.end())
    return named;
  std::string known;
  for (const std::string_view each : builtin_destinations) known += (known.empty() ? "" : ", ") + std::string(each);
  return Error{"LOG_DESTINATION is " + config::in_quotes(named) + "; known: " + known};
}

}  // namespace towline::app
