// Component types for the tests of loading and documenting: configuration only, they can't be built.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "component/delivery_config.hpp"
#include "component/registry.hpp"
#include "config/node.hpp"

namespace towline::app::fake {

struct SourceSettings {
  config::Endpoint listen;
  std::uint32_t max_connections = 100;
};

struct RenameSettings {
  config::Map<std::string> names;
};

struct RedactSettings {
  std::vector<std::string> fields{"password"};
};

struct SinkSettings {
  std::string host;
  config::SecretSource token;
  component::DeliveryConfig delivery;
};

inline const config::Schema<SourceSettings>& source_schema() {
  static const config::Schema<SourceSettings> schema(
      "tcp", "A source.",
      config::field("listen", &SourceSettings::listen, "Where to listen.", config::required,
                    config::example("127.0.0.1:9000")),
      config::field("max_connections", &SourceSettings::max_connections, "How many.", config::between(1, 1000)));
  return schema;
}

inline const config::Schema<RenameSettings>& rename_schema() {
  static const config::Schema<RenameSettings> schema(
      "rename", "A step.",
      config::whole(&RenameSettings::names, "New names.", config::required, config::example("{ timestamp: dt }")));
  return schema;
}

inline const config::Schema<RedactSettings>& redact_schema() {
  static const config::Schema<RedactSettings> schema("redact", "Another step.",
                                                     config::field("fields", &RedactSettings::fields, "Which fields."));
  return schema;
}

inline const config::Schema<SinkSettings>& sink_schema() {
  static const config::Schema<SinkSettings> schema(
      "remote", "A sink.", config::field("host", &SinkSettings::host, "Where to."),
      config::field("token", &SinkSettings::token, "Who we are.", config::required, config::example("${TOKEN}")),
      config::embed(&SinkSettings::delivery, component::delivery_schema()));
  return schema;
}

inline const component::DeliveryConfig& delivery_of(const void* config) {
  return static_cast<const SinkSettings*>(config)->delivery;
}

inline const component::Registry& registry() {
  static const component::SourceType tcp{"tcp", "A source.", &source_schema(), nullptr};
  static const component::SourceType udp{"udp", "Another source.", &source_schema(), nullptr};
  static const component::StepType rename{"rename", "A step.", &rename_schema(), nullptr};
  static const component::StepType redact{"redact", "Another step.", &redact_schema(), nullptr};
  static const component::SinkType remote{"remote", "A sink.", &sink_schema(), nullptr, &delivery_of};
  static const component::Registry registry{{&tcp, &udp}, {&rename, &redact}, {&remote}};
  return registry;
}

inline config::Environment environment(std::map<std::string, std::string, std::less<>> variables = {}) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

}  // namespace towline::app::fake
