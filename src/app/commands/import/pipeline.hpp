// The transforms that one transform of Vector becomes: more than one where a program treats records differently.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/commands/import/graph.hpp"
#include "app/commands/import/vrl/program.hpp"
#include "app/commands/import/yaml.hpp"

namespace towline::app::migration {

// One transform of ours.
struct Stage {
  std::string id;
  std::vector<std::string> inputs;
  Yaml steps = Yaml::list();
  std::vector<std::pair<std::string, std::string>> routes;  // name and condition
  std::vector<std::string> comments;
};

// The stages in the order of the records' way; the last one has this id, the others get their own from `names`.
std::vector<Stage> make_stages(const vrl::Nodes& nodes, const std::string& id, std::vector<std::string> inputs,
                               Names& names);

}  // namespace towline::app::migration
