#include "app/config_graph.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "app/sink_filter.hpp"

namespace towline::app {
namespace {

std::string_view kind_name(ComponentKind kind) {
  switch (kind) {
    case ComponentKind::source:
      return "source";
    case ComponentKind::transform:
      return "transform";
    case ComponentKind::route:
      return "route";
    case ComponentKind::filter:
      return "filter";
    case ComponentKind::sink:
      return "sink";
  }
  return "";
}

// Ids are unique across the sections; of two components with one id the first is meant.
using Index = std::map<std::string_view, std::size_t>;

Index index_of(const std::vector<GraphNode>& nodes) {
  Index index;
  for (std::size_t i = 0; i < nodes.size(); ++i) index.emplace(nodes[i].id, i);
  return index;
}

void check_ids(const std::vector<GraphNode>& nodes, const Index& index, config::Problems& problems) {
  for (const GraphNode& node : nodes) {
    const GraphNode& first = nodes[index.at(node.id)];
    if (&first == &node || first.kind == node.kind) continue;  // twice in one section is a duplicate key
    problems.add(node.mark, "the id " + config::in_quotes(node.id) + " is already that of a " +
                                std::string(kind_name(first.kind)) + " on line " + std::to_string(first.mark.line));
  }
}

void check_inputs(const std::vector<GraphNode>& nodes, const Index& index, config::Problems& problems) {
  std::vector<std::string> readable;
  for (const GraphNode& node : nodes)
    if (node.kind != ComponentKind::sink && node.kind != ComponentKind::filter) readable.push_back(node.id);
  for (const GraphNode& node : nodes) {
    std::set<std::string_view> seen;
    for (const GraphInput& input : node.inputs) {
      const auto found = index.find(input.id);
      if (found == index.end()) {
        problems.add(input.mark, "there is no source or transform " + config::in_quotes(input.id),
                     config::suggestion(input.id, readable));
      } else if (nodes[found->second].kind == ComponentKind::filter && input.id != filter_id(node.id)) {
        problems.add(input.mark, config::in_quotes(input.id) + " is the filter of a sink, which alone reads it");
      } else if (nodes[found->second].kind == ComponentKind::sink) {
        problems.add(input.mark, config::in_quotes(input.id) + " is a sink: it has no output to read");
      } else if (!seen.insert(input.id).second) {
        problems.add(input.mark, "the input " + config::in_quotes(input.id) + " is given twice");
      }
    }
  }
}

// Walks the transforms depth first, along their inputs.
class Walk {
 public:
  Walk(const std::vector<GraphNode>& nodes, const Index& index, config::Problems* problems)
      : nodes_(nodes), index_(index), problems_(problems), state_(nodes.size(), State::unseen) {}

  std::vector<std::size_t> run() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) visit(i);
    return std::move(order_);
  }

 private:
  enum class State : std::uint8_t { unseen, open, done };

  void visit(std::size_t i) {
    if (!passes_on(nodes_[i].kind) || state_[i] != State::unseen) return;
    state_[i] = State::open;
    path_.push_back(i);
    for (const GraphInput& input : nodes_[i].inputs) {
      const auto found = index_.find(input.id);
      if (found == index_.end()) continue;
      if (state_[found->second] == State::open) report_circle(found->second, input);
      visit(found->second);
    }
    path_.pop_back();
    state_[i] = State::done;
    order_.push_back(i);
  }

  // `input` leads back to a transform that is on the path.
  void report_circle(std::size_t first, const GraphInput& input) {
    if (problems_ == nullptr) return;
    std::string circle = input.id;
    for (auto i = path_.rbegin(); i != path_.rend(); ++i) {
      circle += " -> " + nodes_[*i].id;
      if (*i == first) break;
    }
    problems_->add(input.mark, "transforms read each other in a circle: " + circle);
  }

  const std::vector<GraphNode>& nodes_;
  const Index& index_;
  config::Problems* problems_;
  std::vector<State> state_;
  std::vector<std::size_t> path_;
  std::vector<std::size_t> order_;
};

std::set<std::string_view> ids_read(const std::vector<GraphNode>& nodes) {
  std::set<std::string_view> read;
  for (const GraphNode& node : nodes)
    for (const GraphInput& input : node.inputs) read.insert(input.id);
  return read;
}

void check_unread(const std::vector<GraphNode>& nodes, config::Problems& problems) {
  const std::set<std::string_view> read = ids_read(nodes);
  for (const GraphNode& node : nodes) {
    if (node.kind == ComponentKind::sink || node.may_be_unread || read.contains(node.id)) continue;
    problems.add(node.mark, "nothing reads the " + std::string(kind_name(node.kind)) + " " + config::in_quotes(node.id),
                 "name it in the inputs of a transform or a sink, or remove it");
  }
}

}  // namespace

void check_graph(const std::vector<GraphNode>& nodes, config::Problems& problems) {
  const Index index = index_of(nodes);
  check_ids(nodes, index, problems);
  check_inputs(nodes, index, problems);
  Walk(nodes, index, &problems).run();
  check_unread(nodes, problems);
}

std::vector<std::size_t> reading_order(const std::vector<GraphNode>& nodes) {
  const Index index = index_of(nodes);
  const std::set<std::string_view> read = ids_read(nodes);
  std::vector<std::size_t> order = Walk(nodes, index, nullptr).run();
  std::erase_if(order, [&](std::size_t i) { return nodes[i].may_be_unread && !read.contains(nodes[i].id); });
  return order;
}

}  // namespace towline::app
