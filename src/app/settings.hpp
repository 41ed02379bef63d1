// The settings of the daemon itself: what a configuration says outside of sources, transforms and sinks.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/diagnostics.hpp"
#include "config/schema.hpp"
#include "config/secret_source.hpp"
#include "stream/disk/store.hpp"

namespace towline::diagnostics {

constexpr auto config_values(Severity) {
  return std::to_array<config::Choice<Severity>>({{Severity::debug, "debug", "Everything."},
                                                  {Severity::info, "info", "What an operator may want to know."},
                                                  {Severity::warn, "warn", "What may need attention."},
                                                  {Severity::error, "error", "What needs attention."}});
}
constexpr auto config_values(Format) {
  return std::to_array<config::Choice<Format>>(
      {{Format::text, "text", "key=value, for people."}, {Format::json, "json", "One JSON object a line."}});
}

}  // namespace towline::diagnostics

namespace towline::stream {

constexpr auto config_values(Durability) {
  return std::to_array<config::Choice<Durability>>(
      {{Durability::power, "power",
        "Survives a power cut: records are synced to the disk before they are acknowledged."},
       {Durability::process, "process",
        "Survives the death of the process, not of the machine: the kernel writes when it likes. Costs less."}});
}

}  // namespace towline::stream

namespace towline::app {

struct TapConfig {
  std::uint32_t max = 4;
  std::uint32_t records_per_second = 100;
};

struct AdminConfig {
  config::OrOff<config::Endpoint> listen{config::Endpoint{"127.0.0.1", 8686}};
  config::SecretSource token;
  TapConfig tap;
  std::uint32_t status_streams = 8;
};

struct StreamConfig {
  config::ByteSize max_size = config::mebibytes(1024);
  stream::Durability durability = stream::Durability::power;
  config::OrOff<Duration> keep;
};

// Where records go that could neither be delivered nor stay on disk.
enum class LastResort : std::uint8_t { none, standard_error };

constexpr auto config_values(LastResort) {
  return std::to_array<config::Choice<LastResort>>(
      {{LastResort::none, "none", "They are lost, and counted."},
       {LastResort::standard_error, "stderr",
        "They are written to stderr as NDJSON, redacted as they are, so that the platform's own log keeps them."}});
}

struct ShutdownConfig {
  Duration budget = std::chrono::seconds(25);
  Duration read = std::chrono::seconds(5);
  LastResort last_resort = LastResort::none;
};

struct LogConfig {
  diagnostics::Severity level = diagnostics::Severity::info;
  diagnostics::Format format = diagnostics::Format::text;
};

struct DeadLettersConfig {
  config::ByteSize max_size = config::mebibytes(64);
};

struct HealthConfig {
  Duration oldest_held_limit = std::chrono::minutes(5);
};

struct Settings {
  std::optional<std::string> data_dir;
  config::ByteSize memory = config::mebibytes(32);
  StreamConfig stream;
  AdminConfig admin;
  ShutdownConfig shutdown;
  LogConfig log;
  HealthConfig health;
  DeadLettersConfig dead_letters;
};

const config::Schema<Settings>& settings_schema();

}  // namespace towline::app
