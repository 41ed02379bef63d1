#include "app/commands/logs/plan.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "config/value.hpp"

namespace towline::app::logs {

namespace {

constexpr Duration wait_min = std::chrono::seconds(1);
constexpr Duration wait_max = std::chrono::hours(1);  // the service ends queries then

bool has_filter(const LogsOptions& options) {
  const PatternOptions& pattern = options.pattern;
  return pattern.errors || pattern.category || pattern.user || pattern.search || pattern.filter ||
         !options.stream.empty() || !options.fields.empty();
}

Result<void> check_together(const LogsOptions& options) {
  if (options.json && options.markdown) return Error{"--json and --md: one of them"};
  if (options.follow && !options.until.empty()) return Error{"--follow has no end: leave out --until"};
  if (options.follow && !options.query.empty()) return Error{"--follow can't repeat a --query"};
  if (!options.query.empty() && has_filter(options))
    return Error{
        "--query filters by itself: leave out --errors, --category, --user, --search, --filter, --field and "
        "--stream"};
  if (options.limit && (*options.limit == 0 || *options.limit > logs_limit_max))
    return Error{"--limit is a number from 1 to " + std::to_string(logs_limit_max)};
  return {};
}

RenderOptions form_of(const LogsOptions& options) {
  RenderOptions render;
  render.to_terminal = options.terminal;
  render.colour = options.colour;
  if (options.markdown)
    render.form = Form::markdown;
  else if (options.terminal && !options.json)
    render.form = Form::columns;
  return render;
}

}  // namespace

Result<Plan> make_plan(const LogsOptions& options, WallTime now) {
  const Result<void> together = check_together(options);
  if (!together) return together.error();
  Plan plan;
  const Result<TimeWindow> window = parse_window(options.since, options.until, now);
  if (!window) return window.error();
  plan.window = *window;
  for (const std::string& field : options.fields) {
    const Result<void> set = plan.fields.set(field);
    if (!set) return set.error();
  }
  Result<Patterns> patterns = make_patterns(options.pattern, plan.fields);
  if (!patterns) return patterns.error();
  plan.patterns = std::move(*patterns);
  const std::optional<Duration> wait = config::parse_duration(options.wait);
  if (!wait || *wait < wait_min || *wait > wait_max) return Error{"--wait is a duration from 1s to 1h"};
  plan.wait = *wait;
  plan.limit = options.limit.value_or(options.follow ? UINT64_MAX : logs_limit_default);
  plan.render = form_of(options);
  return plan;
}

}  // namespace towline::app::logs
