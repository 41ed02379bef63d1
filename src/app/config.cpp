#include "app/config.hpp"

#include <algorithm>
#include <array>

#include "app/config_graph.hpp"
#include "app/fallbacks.hpp"
#include "app/routes.hpp"
#include "app/sink_filter.hpp"

namespace towline::app {
namespace {

using config::Node;
using config::Problems;

constexpr std::array<std::string_view, 3> sections{"sources", "transforms", "sinks"};

// Reads the three sections. What belongs to the graph is kept for every component, even for one with a problem, so
// that one mistake isn't reported as many.
class Loader {
 public:
  Loader(const component::Registry& registry, Problems& problems) : registry_(registry), problems_(problems) {}

  RootConfig load(const Node& root);

 private:
  // Calls read(entry) for each component of a section.
  template <class Read>
  void each_component(const Node& root, std::string_view section, ComponentKind kind, Read read);
  void read_source(const Node::Entry& entry);
  void read_transform(const Node::Entry& entry);
  void add_routes(const std::string& transform, const Node& routes);
  void read_sink(const Node::Entry& entry);
  void add_filter(ConfiguredSink& sink, const Node& condition);
  void check_sinks_fallbacks();
  void put_in_reading_order();
  std::vector<ConfiguredStep> read_steps(const Node& component);
  std::optional<ConfiguredStep> read_step(const Node& step);
  void check_steps();
  bool reads_facts(const Node& root, std::string_view group) const;
  std::vector<std::string> read_inputs(const Node& component);

  // The type that a `type` key or a step's key names; null after reporting.
  template <class Type>
  const Type* find_type(const std::vector<const Type*>& types, std::string_view what, std::string_view name,
                        config::Mark mark);
  template <class Type>
  const Type* type_of(const Node& component, const std::vector<const Type*>& types, std::string_view what);

  const component::Registry& registry_;
  Problems& problems_;
  RootConfig config_;
  std::vector<GraphNode> graph_;
  std::vector<NamedFallback> fallbacks_;
};

RootConfig Loader::load(const Node& root) {
  settings_schema().parse_into(root, &config_.settings, problems_, sections);
  if (config_.settings.data_dir == "") config_.settings.data_dir.reset();  // a variable that is set to nothing
  each_component(root, "sources", ComponentKind::source, [this](const Node::Entry& entry) { read_source(entry); });
  each_component(root, "transforms", ComponentKind::transform,
                 [this](const Node::Entry& entry) { read_transform(entry); });
  each_component(root, "sinks", ComponentKind::sink, [this](const Node::Entry& entry) { read_sink(entry); });
  check_graph(graph_, problems_);
  check_sinks_fallbacks();
  if (!problems_.empty()) return {};
  check_steps();
  config_.facts = {reads_facts(root, "ecs"), reads_facts(root, "ec2")};
  put_in_reading_order();
  return std::move(config_);
}

// All is well, so what passes records on is in the graph in the order of the configuration's transforms.
void Loader::put_in_reading_order() {
  std::vector<std::size_t> places;
  std::size_t place = 0;
  for (const GraphNode& node : graph_) places.push_back(passes_on(node.kind) ? place++ : 0);
  std::vector<ConfiguredTransform> ordered;
  for (const std::size_t i : reading_order(graph_)) ordered.push_back(std::move(config_.transforms[places[i]]));
  config_.transforms = std::move(ordered);
}

void Loader::check_sinks_fallbacks() {
  std::vector<std::string> sinks;
  for (const GraphNode& node : graph_)
    if (node.kind == ComponentKind::sink) sinks.push_back(node.id);
  check_fallbacks(fallbacks_, sinks, problems_);
}

template <class Read>
void Loader::each_component(const Node& root, std::string_view section, ComponentKind kind, Read read) {
  const Problems::Scope section_scope(problems_, section);
  const Node* node = root.find(section);
  const bool is_empty = node == nullptr || node->is_null() || (node->is_map() && node->entries.empty());
  if (is_empty) {
    if (kind == ComponentKind::transform) return;
    problems_.add(node == nullptr ? root.mark : node->mark, "at least one is needed");
    return;
  }
  if (!config::expect_map(*node, "a map of ids", problems_)) return;
  config::check_duplicate_keys(*node, problems_);
  for (const Node::Entry& entry : node->entries) {
    if (graph_.size() >= components_max) {
      problems_.add(entry.key_mark, "more than " + std::to_string(components_max) + " components");
      return;
    }
    const Problems::Scope scope(problems_, entry.key);
    if (!is_id(entry.key))
      problems_.add(entry.key_mark, "not an id", "an id is 1 to 64 letters, digits, underscores or hyphens");
    graph_.push_back({kind, entry.key, entry.key_mark, {}, false});
    if (config::expect_map(entry.value, "a map of settings", problems_)) read(entry);
  }
}

void Loader::read_source(const Node::Entry& entry) {
  const auto* type = type_of(entry.value, registry_.sources, "source");
  if (type == nullptr) return;
  constexpr std::array<std::string_view, 1> also_known{"type"};
  auto config = type->schema->parse_shared(entry.value, problems_, also_known);
  config_.sources.push_back({entry.key, type, std::move(config), entry.key_mark});
}

void Loader::read_transform(const Node::Entry& entry) {
  const std::vector<std::string> known{"inputs", "steps", "routes"};
  config::check_duplicate_keys(entry.value, problems_);
  for (const Node::Entry& setting : entry.value.entries)
    if (std::find(known.begin(), known.end(), setting.key) == known.end())
      problems_.add(setting.key_mark, "unknown key " + config::in_quotes(setting.key),
                    config::suggestion(setting.key, known));
  config_.transforms.push_back({entry.key, read_inputs(entry.value), read_steps(entry.value), entry.key_mark});
  if (const Node* routes = entry.value.find("routes")) add_routes(entry.key, *routes);
}

void Loader::add_routes(const std::string& transform, const Node& routes) {
  const Problems::Scope scope(problems_, "routes");
  for (ConfiguredTransform& route : read_routes(transform, routes, problems_)) {
    const bool may_be_unread = route.id == transform + "." + std::string(unmatched_route);
    graph_.push_back({ComponentKind::route, route.id, route.mark, {{transform, route.mark}}, may_be_unread});
    config_.transforms.push_back(std::move(route));
  }
}

void Loader::read_sink(const Node::Entry& entry) {
  std::vector<std::string> inputs = read_inputs(entry.value);
  const auto* type = type_of(entry.value, registry_.sinks, "sink");
  if (type == nullptr) return;
  constexpr std::array<std::string_view, 2> also_known{"type", "inputs"};
  auto config = type->schema->parse_shared(entry.value, problems_, also_known);
  ConfiguredSink sink{entry.key, type, std::move(config), std::move(inputs), entry.key_mark};
  if (sink.config != nullptr) {
    if (sink.delivery().filter) add_filter(sink, *entry.value.find("filter"));
    const std::string& fallback = sink.delivery().fallback;
    if (!fallback.empty()) fallbacks_.push_back({sink.id, fallback, entry.value.find("fallback")->mark});
  }
  config_.sinks.push_back(std::move(sink));
}

// Goes between the sink, whose node is the last of the graph, and its inputs.
void Loader::add_filter(ConfiguredSink& sink, const Node& condition) {
  const Problems::Scope scope(problems_, "filter");
  config_.transforms.push_back(filter_in_front_of(sink, condition.mark, problems_));
  const std::string& id = config_.transforms.back().id;
  GraphNode filter{ComponentKind::filter, id, condition.mark, std::move(graph_.back().inputs), false};
  graph_.back().inputs = {{id, condition.mark}};
  sink.inputs = {id};
  graph_.push_back(std::move(filter));
}

std::vector<ConfiguredStep> Loader::read_steps(const Node& component) {
  const Node* list = component.find("steps");
  if (list == nullptr) {
    problems_.add(component.mark, "the key `steps` is missing", "for example steps: [{ rename: { timestamp: dt } }]");
    return {};
  }
  const Problems::Scope scope(problems_, "steps");
  if (!config::expect_sequence(*list, "a list of steps", problems_)) return {};
  std::vector<ConfiguredStep> steps;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const Problems::Scope item(problems_, "[" + std::to_string(i) + "]");
    std::optional<ConfiguredStep> step = read_step(list->items[i]);
    if (step) steps.push_back(std::move(*step));
  }
  return steps;
}

std::optional<ConfiguredStep> Loader::read_step(const Node& step) {
  if (!step.is_map() || step.entries.size() != 1) {
    problems_.add(step.mark, "a step is a map with one key, its name", "for example - redact: {}");
    return std::nullopt;
  }
  const Node::Entry& entry = step.entries.front();
  const auto* type = find_type(registry_.steps, "step", entry.key, entry.key_mark);
  if (type == nullptr) return std::nullopt;
  const Problems::Scope scope(problems_, entry.key);
  return ConfiguredStep{type, type->schema->parse_shared(entry.value, problems_), entry.key_mark};
}

// What no step can see by itself.
void Loader::check_steps() {
  std::vector<component::PlacedStep> all;
  for (const ConfiguredTransform& transform : config_.transforms) {
    for (std::size_t i = 0; i < transform.steps.size(); ++i) {
      const ConfiguredStep& step = transform.steps[i];
      all.push_back({transform.id, i, step.type, step.config.get(), step.mark});
    }
  }
  for (const component::StepType* type : registry_.steps) {
    if (type->hooks.check != nullptr) type->hooks.check(all, problems_);
  }
}

bool Loader::reads_facts(const Node& root, std::string_view group) const {
  const auto reads = [&](const ConfiguredStep& step) {
    return step.type->hooks.reads_facts != nullptr && step.type->hooks.reads_facts(step.config.get(), group);
  };
  return mentions_facts(root, group) ||
         std::ranges::any_of(config_.transforms, [&](const ConfiguredTransform& transform) {
           return std::ranges::any_of(transform.steps, reads);
         });
}

std::vector<std::string> Loader::read_inputs(const Node& component) {
  const Node* list = component.find("inputs");
  if (list == nullptr) {
    problems_.add(component.mark, "the key `inputs` is missing", "for example inputs: [app]");
    return {};
  }
  const Problems::Scope scope(problems_, "inputs");
  const auto ids = config::Value<std::vector<std::string>>::parse(*list, problems_);
  if (!ids) return {};
  if (ids->empty()) problems_.add(list->mark, "at least one is needed");
  for (std::size_t i = 0; i < ids->size(); ++i) graph_.back().inputs.push_back({(*ids)[i], list->items[i].mark});
  return *ids;
}

template <class Type>
const Type* Loader::find_type(const std::vector<const Type*>& types, std::string_view what, std::string_view name,
                              config::Mark mark) {
  std::vector<std::string> known;
  for (const Type* type : types) {
    if (type->name == name) return type;
    known.emplace_back(type->name);
  }
  problems_.add(mark, "there is no " + std::string(what) + " " + config::in_quotes(name),
                config::suggestion(name, known));
  return nullptr;
}

template <class Type>
const Type* Loader::type_of(const Node& component, const std::vector<const Type*>& types, std::string_view what) {
  const Node* type = component.find("type");
  if (type != nullptr && type->is_scalar())
    return find_type(types, std::string(what) + " type", type->text, type->mark);
  if (type != nullptr) {
    problems_.add(type->mark, "`type` must be a name, not " + type->shown());
    return nullptr;
  }
  std::string known;
  for (const Type* each : types) known += (known.empty() ? "known: " : ", ") + std::string(each->name);
  problems_.add(component.mark, "the key `type` is missing", known);
  return nullptr;
}

}  // namespace

std::optional<RootConfig> load_config(std::string_view text, const config::Environment& environment,
                                      const component::Registry& registry, config::Problems& problems) {
  const std::optional<Node> root = config::parse_yaml(text, environment, problems);
  if (!root) return std::nullopt;
  RootConfig config = Loader(registry, problems).load(*root);
  if (!problems.empty()) return std::nullopt;
  return config;
}

bool is_id(std::string_view id) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  return !id.empty() && id.size() <= id_bytes_max && id.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace towline::app
