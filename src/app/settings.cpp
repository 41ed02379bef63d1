#include "app/settings.hpp"

#include "config/address.hpp"

namespace towline::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

const config::Schema<TapConfig>& tap_schema() {
  static const config::Schema<TapConfig> schema(
      "tap", "GET /tap and `towline tap`: redacted records as they pass. They never slow the flow.",
      config::field("max", &TapConfig::max, "Taps at once; one more gets 503. 0 turns tapping off.",
                    config::between(0U, 16U)),
      config::field("records_per_second", &TapConfig::records_per_second,
                    "What one tap shows; it skips and counts the rest.", config::between(1U, 10'000U)));
  return schema;
}

std::optional<std::string> check_admin(const AdminConfig& admin) {
  if (!admin.listen || admin.token.configured() || config::is_loopback((*admin.listen).host)) return std::nullopt;
  return "`listen` is reached from other machines: that needs a `token`. Set one (`${TOWLINE_ADMIN_TOKEN}` or "
         "`file:/path`), or listen on 127.0.0.1";
}

const config::Schema<AdminConfig>& admin_schema() {
  static const config::Schema<AdminConfig> schema(
      "admin", "The admin listener: health, metrics, ledger, audit, tap.",
      config::field("listen", &AdminConfig::listen, "Its address. Other machines reach it only with a `token`."),
      config::field("token", &AdminConfig::token,
                    "With this, everything but /health/* needs `Authorization: Bearer` and this token (else 401); "
                    "towline's own commands take it from TOWLINE_ADMIN_TOKEN or --token-file. A `file:` is read again "
                    "when it changes. Without it, tap has a token of its own, which is made at the start."),
      config::field("tap", &AdminConfig::tap, "Records as they pass.", tap_schema()),
      config::field("status_streams", &AdminConfig::status_streams,
                    "Status pages and others that are sent the status each second (GET /status as events), at once; "
                    "one more gets 503. 0: none, and the page asks now and then.",
                    config::between(0U, 32U)),
      config::check(check_admin));
  return schema;
}

const config::Schema<StreamConfig>& stream_schema() {
  static const config::Schema<StreamConfig> schema(
      "stream", "The streams in data_dir/streams: what is held, on disk. Without data_dir they live in memory.",
      config::field("max_size", &StreamConfig::max_size,
                    "Bytes on disk, of each stream, everything in its folder counted. When it is used up, `when_full` "
                    "of the sinks says what happens.",
                    config::between(config::mebibytes(1), config::mebibytes(1U << 20U))),
      config::field("durability", &StreamConfig::durability, "What a record survives once it is acknowledged."),
      config::field("keep", &StreamConfig::keep,
                    "How long records stay on the disk after all sinks are done with them, for `towline logs` to show. "
                    "Whole files go, the oldest first, and as soon as what is held needs their room: `max_size` wins.",
                    config::between(minutes(1), hours(24 * 365))));
  return schema;
}

const config::Schema<ShutdownConfig>& shutdown_schema() {
  static const config::Schema<ShutdownConfig> schema(
      "shutdown", "What happens between SIGTERM and the end of the process.",
      config::field("budget", &ShutdownConfig::budget,
                    "The time for all of it. ECS kills after 30s, Docker after 10s, systemd after 90s.",
                    config::between(milliseconds(0), hours(24))),
      config::field("read", &ShutdownConfig::read,
                    "Of that, how long senders that are still connected are read. Longer than `budget` is as long.",
                    config::between(milliseconds(0), hours(24))),
      config::field("last_resort", &ShutdownConfig::last_resort,
                    "What happens to records that could not be delivered in that time and are on no disk."));
  return schema;
}

const config::Schema<LogConfig>& log_schema() {
  static const config::Schema<LogConfig> schema(
      "log", "towline's own log, on stderr. It never shows a record or a secret.",
      config::field("level", &LogConfig::level, "The least severe lines that are written."),
      config::field("format", &LogConfig::format, "The form of a line."));
  return schema;
}

const config::Schema<HealthConfig>& health_schema() {
  static const config::Schema<HealthConfig> schema(
      "health", "When the daemon calls itself unwell.",
      config::field("oldest_held_limit", &HealthConfig::oldest_held_limit,
                    "/health/deep fails when a record has waited for its delivery for longer than this.",
                    config::between(milliseconds(1), hours(24 * 365))));
  return schema;
}

const config::Schema<DeadLettersConfig>& dead_letters_schema() {
  static const config::Schema<DeadLettersConfig> schema(
      "dead_letters",
      "The files data_dir/dead_letters/SINK.ndjson; without data_dir dead letters are dropped and counted.",
      config::field("max_size", &DeadLettersConfig::max_size,
                    "Size of each sink's dead letters, those being replayed included. Past it, dead letters are "
                    "dropped and counted.",
                    config::between(config::kibibytes(1), config::mebibytes(1U << 20U))));
  return schema;
}

}  // namespace

const config::Schema<Settings>& settings_schema() {
  static const config::Schema<Settings> schema(
      "towline", "The settings of the daemon itself.",
      config::field("data_dir", &Settings::data_dir,
                    "The directory for what is held and for dead letters. Without it, held records live in memory and "
                    "are lost if the process dies, and what a destination will never take is dropped and counted."),
      config::field("memory", &Settings::memory,
                    "The memory for records that are held and for the work on them. When it is used up, sources wait, "
                    "or a sink loses records: `when_full` of the sinks and `block_at_most` of the sources say which.",
                    config::between(config::mebibytes(4), config::mebibytes(1U << 20U))),
      config::field("stream", &Settings::stream, "What is held, on disk.", stream_schema()),
      config::field("admin", &Settings::admin, "Health, metrics, ledger, audit, tap.", admin_schema()),
      config::field("shutdown", &Settings::shutdown, "What happens at SIGTERM.", shutdown_schema()),
      config::field("log", &Settings::log, "towline's own log, on stderr.", log_schema()),
      config::field("health", &Settings::health, "When the daemon calls itself unwell.", health_schema()),
      config::field("dead_letters", &Settings::dead_letters, "Where the records go that a destination will never take.",
                    dead_letters_schema()));
  return schema;
}

}  // namespace towline::app
