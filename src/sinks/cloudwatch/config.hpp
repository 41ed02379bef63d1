// The settings of the `cloudwatch` sink.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "component/delivery_config.hpp"
#include "component/http_poster.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"
#include "record/template.hpp"

namespace towline::cloudwatch {

// The name of a log group or stream, with places to fill in.
struct NameTemplate {
  record::Template text;
};

struct MessageField {
  std::optional<record::Path> path;  // none: the whole record
};

enum class LogClass : std::uint8_t { standard, infrequent_access };

constexpr auto config_values(LogClass) {
  return std::to_array<config::Choice<LogClass>>(
      {{LogClass::standard, "standard", "All features."},
       {LogClass::infrequent_access, "infrequent_access", "Cheaper to write, with fewer features."}});
}

enum class LongEvents : std::uint8_t { split, truncate };

constexpr auto config_values(LongEvents) {
  return std::to_array<config::Choice<LongEvents>>(
      {{LongEvents::split, "split",
        "Several events of the same time; each ends in ` [towline: record N, part I of K]`."},
       {LongEvents::truncate, "truncate", "One event that ends in `[Truncated...]`."}});
}

struct CloudWatchConfig {
  CloudWatchConfig();

  NameTemplate group;
  NameTemplate stream;
  std::string missing = "unknown";
  std::string region;
  std::optional<config::Url> endpoint;
  bool fips = false;
  bool dual_stack = false;
  std::string profile;
  config::SecretSource access_key_id;
  config::SecretSource secret_access_key;
  config::SecretSource session_token;
  MessageField message;
  bool create_group = true;
  bool create_stream = true;
  config::OrOff<std::uint32_t> retention_days;
  std::string kms_key_id;
  config::Map<std::string> tags;
  LogClass log_class = LogClass::standard;
  LongEvents long_events = LongEvents::split;
  std::uint32_t open_streams = 64;
  component::HttpConfig http;
  component::DeliveryConfig delivery;
};

const config::Schema<CloudWatchConfig>& cloudwatch_schema();

}  // namespace towline::cloudwatch

template <>
struct towline::config::Value<towline::cloudwatch::NameTemplate> {
  static std::optional<cloudwatch::NameTemplate> parse(const Node& node, Problems& problems);
  static std::string print(const cloudwatch::NameTemplate& name);
  static ValueInfo info();
};

template <>
struct towline::config::Value<towline::cloudwatch::MessageField> {
  static std::optional<cloudwatch::MessageField> parse(const Node& node, Problems& problems);
  static std::string print(const cloudwatch::MessageField& field);
  static ValueInfo info();
};
