// The facts about this machine (base/facts.hpp), gathered before anything is built.
#pragma once

#include <string_view>

#include "base/facts.hpp"
#include "config/node.hpp"

namespace towline::app {

// The groups that have to be asked for, which costs time.
struct FactGroups {
  bool ecs = false;
  bool ec2 = false;
};

// Whether a template (record/template.hpp) may name a fact of this group: there is a "{ecs." in some value.
bool mentions_facts(const config::Node& node, std::string_view group);

// host.name and host.arch always, the others if they are wanted and can be had: see aws/metadata.hpp, which also says
// how long that may take. What can't be had is told in the log.
Facts gather_facts(const FactGroups& wanted, const config::Environment& environment);

}  // namespace towline::app
