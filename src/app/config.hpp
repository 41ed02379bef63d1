// A whole configuration: loaded, checked, typed. Loading has no side effects: it opens no socket and writes no file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/facts.hpp"
#include "app/settings.hpp"
#include "base/result.hpp"
#include "component/delivery_config.hpp"
#include "component/registry.hpp"
#include "config/node.hpp"
#include "config/process_environment.hpp"

namespace towline::app {

// `config` is the component's own config struct, for type->build(config.get(), …).
struct ConfiguredSource {
  std::string id;
  const component::SourceType* type;
  std::shared_ptr<const void> config;
  config::Mark mark;  // of its id
};

struct ConfiguredStep {
  const component::StepType* type;
  std::shared_ptr<const void> config;
  config::Mark mark;
};

struct ConfiguredTransform {
  std::string id;
  std::vector<std::string> inputs;
  std::vector<ConfiguredStep> steps;
  config::Mark mark;
};

struct ConfiguredSink {
  std::string id;
  const component::SinkType* type;
  std::shared_ptr<const void> config;
  std::vector<std::string> inputs;
  config::Mark mark;

  const component::DeliveryConfig& delivery() const { return type->delivery(config.get()); }
};

// Every input names a source or a transform; every source and transform is read; ids are unique; steps fit together;
// fallbacks are sinks, and go in no circle.
struct RootConfig {
  Settings settings;
  std::vector<ConfiguredSource> sources;
  std::vector<ConfiguredTransform>
      transforms;  // each behind everything that it reads; routes and the sinks' filters are some, too
  std::vector<ConfiguredSink> sinks;
  FactGroups facts;  // what it reads
};

// The configuration in this text; std::nullopt when there are problems, all of which are then in `problems`.
std::optional<RootConfig> load_config(std::string_view text, const config::Environment& environment,
                                      const component::Registry& registry, config::Problems& problems);

// The text of a file, up to one byte more than a document may have: what is too long is told by who reads it.
Result<std::string> read_config_text(const std::string& path);

// The same for a file; one that can't be read is a problem, too.
std::optional<RootConfig> load_config_file(const std::string& path, const config::Environment& environment,
                                           const component::Registry& registry, config::Problems& problems);

using config::process_environment;

inline constexpr std::size_t components_max = 1000;  // of a configuration, routes and filters included
inline constexpr std::size_t id_bytes_max = 64;

// 1 to 64 letters, digits, underscores or hyphens. So a dot can stand between the id of a transform and a route.
bool is_id(std::string_view id);

}  // namespace towline::app
