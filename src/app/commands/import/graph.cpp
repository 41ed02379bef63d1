#include "app/commands/import/graph.hpp"

#include <algorithm>
#include <array>

#include "app/commands/import/names.hpp"
#include "app/commands/import/settings.hpp"
#include "app/config.hpp"
#include "config/problems.hpp"

namespace towline::app::migration {

namespace {

struct Section {
  std::string_view name;
  Kind kind;
};
constexpr std::array<Section, 3> sections{
    {{"sources", Kind::source}, {"transforms", Kind::transform}, {"sinks", Kind::sink}}};

std::vector<std::string> route_names(const Tree& settings) {
  std::vector<std::string> names;
  for (const char* key : {"route", "routes", "lanes"}) {
    const Tree* routes = settings.find(key);
    if (routes == nullptr) continue;
    for (const TreeEntry& entry : routes->entries) names.push_back(entry.key);
    for (const Tree& item : routes->items) {  // exclusive_route has a list
      if (const Tree* name = item.find("name")) names.push_back(name->text);
    }
  }
  return names;
}

std::vector<std::string> outputs_of(const Component& component) {
  if (component.kind == Kind::sink) return {};
  if (component.type == "route" || component.type == "exclusive_route" || component.type == "swimlanes") {
    std::vector<std::string> outputs;
    for (const std::string& name : route_names(*component.settings)) outputs.push_back(component.id + "." + name);
    outputs.push_back(component.id + "." + ours::unmatched);
    return outputs;
  }
  std::vector<std::string> outputs{component.id};
  const Tree* reroutes = component.settings->find("reroute_dropped");
  if (reroutes != nullptr && reroutes->text == "true") outputs.push_back(component.id + ".dropped");
  return outputs;
}

// A glob with `*` and `?`.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

void read_section(const Tree& root, const Section& section, Graph& graph, Place& place) {
  const Tree* map = root.find(section.name);
  if (map == nullptr) return;
  for (const TreeEntry& entry : map->entries) {
    if (graph.components.size() == components_max) {
      place.remark(entry.line, section.name, {"more than " + std::to_string(components_max) + " components", ""});
      return;
    }
    if (graph.find(entry.key) != nullptr) {
      place.remark(entry.line, std::string(section.name) + "." + entry.key, {"another component has this name", ""});
      continue;
    }
    const Tree* type = entry.value.find("type");
    if (type == nullptr || !type->is_scalar()) {
      place.remark(entry.line, std::string(section.name) + "." + entry.key, {"it has no `type`", ""});
      continue;
    }
    Component component{section.kind, entry.key, type->text, entry.line, &entry.value, {}, {}};
    component.outputs = outputs_of(component);
    graph.components.push_back(std::move(component));
  }
}

void read_inputs(Component& component, const Graph& graph, Place& place) {
  if (component.kind == Kind::source) return;
  Settings settings(component.settings, component.path(), place);
  for (const std::string& input : settings.texts("inputs")) {
    const std::size_t before = component.inputs.size();
    const bool is_pattern = input.find_first_of("*?") != std::string::npos;
    for (const Component& other : graph.components) {
      for (const std::string& output : other.outputs) {
        const bool meant = is_pattern ? output != component.id && matches(input, output) : output == input;
        const bool known =
            std::find(component.inputs.begin(), component.inputs.end(), output) != component.inputs.end();
        if (meant && !known) component.inputs.push_back(output);
      }
    }
    if (component.inputs.size() == before && graph.owner(input) == nullptr)
      place.remark(component.line, component.path() + ".inputs", {"there is no " + config::in_quotes(input), ""});
  }
}

// Puts the transforms behind what they read.
class Sorter {
 public:
  explicit Sorter(Graph& graph) : graph_(graph), state_(graph.components.size(), 0) {}

  void sort() {
    for (std::size_t i = 0; i < graph_.components.size(); ++i) visit(i);
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
      return graph_.components[a].kind < graph_.components[b].kind;
    });
    std::vector<Component> sorted;
    for (const std::size_t i : order_) sorted.push_back(std::move(graph_.components[i]));
    graph_.components = std::move(sorted);
  }

 private:
  // Without recursion: a chain may be long. A circle ends where it meets itself.
  void visit(std::size_t first) {
    std::vector<std::size_t> open{first};
    while (!open.empty()) {
      const std::size_t at = open.back();
      if (state_[at]++ != 0) {
        if (state_[at] == 2) order_.push_back(at);
        open.pop_back();
        continue;
      }
      for (const std::string& input : graph_.components[at].inputs) {
        const auto next = static_cast<std::size_t>(graph_.owner(input) - graph_.components.data());
        if (state_[next] == 0) open.push_back(next);
      }
    }
  }

  Graph& graph_;
  std::vector<int> state_;
  std::vector<std::size_t> order_;
};

}  // namespace

std::string Component::path() const {
  return std::string(sections.at(static_cast<std::size_t>(kind)).name) + "." + id;
}

const Component* Graph::find(std::string_view id) const {
  const auto found = std::find_if(components.begin(), components.end(), [&](const Component& c) { return c.id == id; });
  return found == components.end() ? nullptr : &*found;
}

const Component* Graph::owner(std::string_view output) const {
  for (const Component& component : components) {
    for (const std::string& each : component.outputs)
      if (each == output) return &component;
  }
  return nullptr;
}

Graph read_graph(const Tree& root, Place& place) {
  Graph graph;
  for (const Section& section : sections) read_section(root, section, graph, place);
  for (Component& component : graph.components) read_inputs(component, graph, place);
  Sorter(graph).sort();
  return graph;
}

std::string Names::take(std::string_view wanted) {
  std::string id;
  for (const char c : wanted.substr(0, id_bytes_max - 8)) id += is_id(std::string_view(&c, 1)) ? c : '_';
  if (id.empty() || id == "replay") id += "_";  // a transform called `replay` can't have routes
  std::string free = id;
  for (int number = 2; !taken_.insert(free).second; ++number) free = id + "_" + std::to_string(number);
  return free;
}

}  // namespace towline::app::migration
