#include "app/commands/import/checks.hpp"

#include <algorithm>
#include <array>

#include "app/commands/import/variables.hpp"
#include "config/problems.hpp"

namespace towline::app::migration {

namespace {

std::optional<std::string> problem_with(const config::SchemaBase& schema, const Yaml& settings,
                                        std::span<const std::string_view> also_known) {
  const std::string text = Yaml::map().set("settings", settings).dump();
  if (has_variable(text)) return std::nullopt;
  config::Problems problems("");
  const std::optional<config::Node> node = config::parse_yaml(text, {}, problems);
  if (node) schema.parse_shared(node->entries.front().value, problems, also_known);
  if (problems.empty()) return std::nullopt;
  return problems.all().front().message;
}

// The setting that a problem is about: "batch" of "batch.records: must be …".
std::string key_of(const std::string& problem) {
  return problem.substr(0, problem.find_first_of(".: ["));
}

template <class Type>
void check(const std::vector<const Type*>& types, const Component& component, Yaml& body, Place& place) {
  constexpr std::array<std::string_view, 2> also_known{"type", "inputs"};
  const Yaml* name = body.find("type");
  const auto type = std::find_if(types.begin(), types.end(), [&](const Type* each) {
    return name != nullptr && each->name == name->dump_compact();
  });
  if (type == types.end()) return;
  for (;;) {
    const std::optional<std::string> problem = problem_with(*(*type)->schema, body, also_known);
    if (!problem) return;
    const std::string key = key_of(*problem);
    const bool removable = key != "type" && body.has(key);
    place.remark(component.line, component.path(),
                 {(removable ? "left out: " : "`towline check` refuses this: ") + *problem, ""});
    if (!removable) return;
    body.erase(key);
  }
}

}  // namespace

std::optional<std::string> step_problem(const component::Registry& registry, const std::string& step,
                                        const Yaml& settings) {
  for (const component::StepType* type : registry.steps)
    if (type->name == step) return problem_with(*type->schema, settings, {});
  return "there is no step " + config::in_quotes(step);
}

void check_source(const component::Registry& registry, const Component& component, Yaml& body, Place& place) {
  check(registry.sources, component, body, place);
}

void check_sink(const component::Registry& registry, const Component& component, Yaml& body, Place& place) {
  check(registry.sinks, component, body, place);
}

}  // namespace towline::app::migration
