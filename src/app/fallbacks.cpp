#include "app/fallbacks.hpp"

#include <algorithm>
#include <set>

#include "config/node.hpp"

namespace towline::app {

namespace {

// The sinks from this one on, by way of their fallbacks, until it comes again; empty where it doesn't.
std::vector<std::string> circle_from(const NamedFallback& first, const std::vector<NamedFallback>& named) {
  std::vector<std::string> circle;
  for (auto at = std::ranges::find(named, first.sink, &NamedFallback::sink); at != named.end();) {
    circle.push_back(at->sink);
    if (at->fallback == first.sink) return circle;
    if (circle.size() == named.size()) break;  // it leads into another circle
    at = std::ranges::find(named, at->fallback, &NamedFallback::sink);
  }
  return {};
}

std::string shown(const std::vector<std::string>& circle) {
  std::string text;
  for (const std::string& sink : circle) text += sink + " -> ";
  return text + circle.front();
}

}  // namespace

void check_fallbacks(const std::vector<NamedFallback>& named, const std::vector<std::string>& sinks,
                     config::Problems& problems) {
  std::set<std::string> told;
  for (const NamedFallback& each : named) {
    if (std::ranges::find(sinks, each.fallback) == sinks.end()) {
      problems.add(each.mark, "there is no sink " + config::in_quotes(each.fallback),
                   config::suggestion(each.fallback, sinks));
      continue;
    }
    const std::vector<std::string> circle = circle_from(each, named);
    if (circle.empty() || told.contains(each.sink)) continue;
    told.insert(circle.begin(), circle.end());
    problems.add(each.mark, circle.size() == 1 ? "a sink can't be its own fallback"
                                               : "sinks are each other's fallback: " + shown(circle));
  }
}

}  // namespace towline::app
