// The graph that `inputs` make up, checked: every input exists, nothing reads itself, nothing is left unread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/problems.hpp"

namespace towline::app {

// A route is an output of a transform, which it reads. A filter stands in front of one sink, which alone reads it.
enum class ComponentKind : std::uint8_t { source, transform, route, filter, sink };

// Has it inputs and an output?
constexpr bool passes_on(ComponentKind kind) {
  return kind != ComponentKind::source && kind != ComponentKind::sink;
}

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

// The indices of the transforms, routes and filters that are read, each behind everything that it reads; otherwise in
// their own order. For a graph in which check_graph() found nothing.
std::vector<std::size_t> reading_order(const std::vector<GraphNode>& nodes);

}  // namespace towline::app
