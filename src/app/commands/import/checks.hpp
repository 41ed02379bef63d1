// Whether what was made is right by the schemas of our components.
#pragma once

#include <optional>
#include <string>

#include "app/commands/import/graph.hpp"
#include "app/commands/import/remarks.hpp"
#include "app/commands/import/yaml.hpp"
#include "component/registry.hpp"

namespace towline::app::migration {

// What is wrong with the settings of a step; std::nullopt: nothing, or a variable stands in it.
std::optional<std::string> step_problem(const component::Registry& registry, const std::string& step,
                                        const Yaml& settings);

// Takes out of a source or sink what its schema refuses, each a remark.
void check_source(const component::Registry& registry, const Component& component, Yaml& body, Place& place);
void check_sink(const component::Registry& registry, const Component& component, Yaml& body, Place& place);

}  // namespace towline::app::migration
