// What the rest of towline knows about a component type: its name, its schema, how one is built. A component's .cpp
// defines one such object, and src/components.def names the component; nothing registers itself.
//
//   // src/sources/tcp/tcp.cpp; TcpSource has a constructor (const TcpConfig&, component::SourceContext)
//   extern const component::SourceType source_type =
//       component::make_source_type<TcpConfig, TcpSource>("tcp", "NDJSON over TCP.", tcp_schema());
//
//   extern const component::StepType step_type =           // RenameStep(const RenameConfig&, component::StepContext)
//       component::make_step_type<RenameConfig, RenameStep>("rename", "Gives fields new names.", rename_schema());
//
//   extern const component::SinkType sink_type =           // ConsoleSink(const ConsoleConfig&, component::SinkContext)
//       component::make_sink_type<ConsoleConfig, ConsoleSink>("console", "Writes to stdout.", console_schema());
//
// `extern` is needed: a const object has no external linkage without it. A sink's config struct has a member
// `delivery` (component::DeliveryConfig), which its schema embeds: config::embed(&C::delivery, delivery_schema()).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "component/sink.hpp"
#include "component/source.hpp"
#include "component/step.hpp"
#include "config/schema.hpp"

namespace towline::component {

struct DeliveryConfig;
struct StepType;

// `config` is always what schema->parse_shared() gave; it outlives what is built from it.
struct SourceType {
  std::string_view name;
  std::string_view summary;
  const config::SchemaBase* schema;
  std::unique_ptr<Source> (*build)(const void* config, SourceContext context);
};

// A step of a configuration, right by itself.
struct PlacedStep {
  std::string_view transform;  // the id of its transform
  std::size_t index;           // its position there, from 0
  const StepType* type;
  const void* config;
  config::Mark mark;  // of its name
};

// What a step type may say besides; each may be null.
struct StepHooks {
  // Looks at all steps of a configuration, transform by transform, and reports where those of this type don't fit.
  void (*check)(std::span<const PlacedStep> all, config::Problems& problems) = nullptr;
  // Whether a step reads the facts of this group, such as "ecs", otherwise than by a template.
  bool (*reads_facts)(const void* config, std::string_view group) = nullptr;
};

struct StepType {
  std::string_view name;
  std::string_view summary;
  const config::SchemaBase* schema;
  std::unique_ptr<Step> (*build)(const void* config, StepContext context);
  StepHooks hooks = {};
};

struct SinkType {
  std::string_view name;
  std::string_view summary;
  const config::SchemaBase* schema;
  std::unique_ptr<Sink> (*build)(const void* config, SinkContext context);
  const DeliveryConfig& (*delivery)(const void* config);
};

template <class Config, class Component>
SourceType make_source_type(std::string_view name, std::string_view summary, const config::Schema<Config>& schema) {
  return {name, summary, &schema, [](const void* config, SourceContext context) -> std::unique_ptr<Source> {
            return std::make_unique<Component>(*static_cast<const Config*>(config), std::move(context));
          }};
}

template <class Config, class Component>
StepType make_step_type(std::string_view name, std::string_view summary, const config::Schema<Config>& schema,
                        StepHooks hooks = {}) {
  return {name, summary, &schema,
          [](const void* config, StepContext context) -> std::unique_ptr<Step> {
            return std::make_unique<Component>(*static_cast<const Config*>(config), std::move(context));
          },
          hooks};
}

template <class Config, class Component>
SinkType make_sink_type(std::string_view name, std::string_view summary, const config::Schema<Config>& schema) {
  return {name, summary, &schema,
          [](const void* config, SinkContext context) -> std::unique_ptr<Sink> {
            return std::make_unique<Component>(*static_cast<const Config*>(config), std::move(context));
          },
          [](const void* config) -> const DeliveryConfig& { return static_cast<const Config*>(config)->delivery; }};
}

// The types that a configuration may name. Tests make their own.
struct Registry {
  std::vector<const SourceType*> sources;
  std::vector<const StepType*> steps;
  std::vector<const SinkType*> sinks;
};

}  // namespace towline::component
