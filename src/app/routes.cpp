#include "app/routes.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "condition/condition.hpp"
#include "transforms/match_filter.hpp"

namespace towline::app {

namespace {

using config::Node;
using transforms::RouteConfig;
using transforms::WhenMatched;

// The names of folders begin so that hold dead letters on their way back, see StreamFolders.
constexpr std::string_view reserved = "replay";

void check_name(const Node::Entry& route, config::Problems& problems) {
  if (route.key == unmatched_route) {
    problems.add(route.key_mark, "`_unmatched` is there by itself: what matches no route");
  } else if (!is_id(route.key) || route.key.size() > route_bytes_max) {
    problems.add(route.key_mark, "not the name of a route",
                 "a name is 1 to 32 letters, digits, underscores or hyphens");
  }
}

ConfiguredTransform output(const std::string& transform, std::string_view route, RouteConfig config,
                           config::Mark mark) {
  std::string id = transform + ".";
  id += route;
  ConfiguredStep step{&transforms::route_step_type, std::make_shared<const RouteConfig>(std::move(config)), mark};
  return {std::move(id), {transform}, {std::move(step)}, mark};
}

}  // namespace

std::vector<ConfiguredTransform> read_routes(const std::string& transform, const Node& routes,
                                             config::Problems& problems) {
  if (!config::expect_map(routes, "a map of names to conditions", problems)) return {};
  config::check_duplicate_keys(routes, problems);
  if (routes.entries.empty()) problems.add(routes.mark, "at least one is needed");
  if (transform == reserved)
    problems.add(routes.mark, "a transform with the id `replay` can't have routes", "give it another id");
  std::vector<ConfiguredTransform> outputs;
  RouteConfig unmatched{{}, WhenMatched::filter};
  for (const Node::Entry& route : routes.entries) {
    if (outputs.size() == routes_max) {
      problems.add(route.key_mark, "more than " + std::to_string(routes_max) + " routes");
      break;
    }
    const config::Problems::Scope scope(problems, route.key);
    check_name(route, problems);
    auto condition = config::Value<condition::Condition>::parse(route.value, problems);
    if (!condition) condition.emplace();
    unmatched.conditions.push_back(*condition);
    outputs.push_back(output(transform, route.key, {{std::move(*condition)}, WhenMatched::keep}, route.key_mark));
  }
  outputs.push_back(output(transform, unmatched_route, std::move(unmatched), routes.mark));
  return outputs;
}

}  // namespace towline::app
