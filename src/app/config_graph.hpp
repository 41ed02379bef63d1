// The graph that `inputs` make up, checked: every input exists, nothing reads itself, nothing is left unread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/problems.hpp"

namespace towline::app {

// A route is an output of a transform, which it reads.
enum class ComponentKind : std::uint8_t { source, transform, route, sink };

struct GraphInput {
  std::string id;
  config::Mark mark;
};

// One component as it stands in the configuration, whether or not its own settings are right.
struct GraphNode {
  ComponentKind kind = ComponentKind::source;
  std::string id;
  config::Mark mark;  // of its id
  std::vector<GraphInput> inputs;
  bool may_be_unread = false;
};

void check_graph(const std::vector<GraphNode>& nodes, config::Problems& problems);

// The indices of the transforms and routes that are read, each behind everything that it reads; otherwise in their own
// order. For a graph in which check_graph() found nothing.
std::vector<std::size_t> reading_order(const std::vector<GraphNode>& nodes);

}  // namespace towline::app
