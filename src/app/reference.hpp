// What is generated from the schema tables of all components: the reference pages, the file with every setting, the
// JSON Schema. Pure functions: `towline docs` writes what they return, `towline docs --check` compares.
#pragma once

#include <string>
#include <vector>

#include "component/registry.hpp"

namespace towline::app {

struct GeneratedFile {
  std::string path;  // relative to the project's root: "docs/reference/sinks.md"
  std::string content;
};

// All of them.
std::vector<GeneratedFile> generated_files(const component::Registry& registry);

// JSON Schema (draft 2020-12) of a whole configuration file.
std::string json_schema_of_config(const component::Registry& registry);

// A configuration with every component and every setting; those with a default are comments. It is valid itself.
std::string reference_config(const component::Registry& registry);

}  // namespace towline::app
