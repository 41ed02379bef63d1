#include "transforms/match_filter.hpp"

#include <algorithm>
#include <utility>

namespace towline::transforms {

MatchFilter::MatchFilter(std::vector<condition::Condition> conditions, WhenMatched when_matched)
    : conditions_(std::move(conditions)), when_matched_(when_matched) {}

component::StepResult MatchFilter::apply(record::Record& record) {
  const bool matched = std::any_of(conditions_.begin(), conditions_.end(),
                                   [&](condition::Condition& condition) { return condition.matches(record); });
  const bool keeps = matched == (when_matched_ == WhenMatched::keep);
  return keeps ? component::StepResult::keep : component::StepResult::filter;
}

namespace {

class RouteStep final : public MatchFilter {
 public:
  RouteStep(const RouteConfig& config, const component::StepContext&)
      : MatchFilter(config.conditions, config.when_matched) {}
};

// Without settings: it is never read from YAML.
const config::Schema<RouteConfig>& route_schema() {
  static const config::Schema<RouteConfig> schema("route", "An output of a transform with routes.");
  return schema;
}

}  // namespace

const component::StepType route_step_type =
    component::make_step_type<RouteConfig, RouteStep>("route", "An output of a transform with routes.", route_schema());

const component::StepType filter_step_type =
    component::make_step_type<RouteConfig, RouteStep>("filter", "The filter of a sink.", route_schema());

}  // namespace towline::transforms
