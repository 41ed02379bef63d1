#include "app/commands/import/transforms.hpp"

#include <array>

#include "app/commands/import/log_to_metric.hpp"
#include "app/commands/import/names.hpp"
#include "app/commands/import/transform.hpp"
#include "app/commands/import/vrl/condition.hpp"
#include "app/commands/import/vrl/parser.hpp"
#include "app/config.hpp"
#include "app/routes.hpp"
#include "config/problems.hpp"

namespace towline::app::migration {

using vrl::Pattern;

void Transform::add(std::string step, Yaml settings) {
  settings.compact();
  if (const auto problem = context_.problem_with(step, settings)) {
    context_.place.remark(component_.line, component_.path(), {*problem, ""});
    return;
  }
  vrl::Node node;
  node.comments = context_.place.take_comments();
  node.step = std::move(step);
  node.settings = std::move(settings);
  nodes_.push_back(std::move(node));
}

std::optional<Pattern> Transform::condition(std::string_view key) {
  const Tree* tree = settings_.take(key);
  return tree == nullptr ? std::nullopt : condition_of(*tree, key);
}

// A text, or { type: vrl, source: ... }.
std::optional<Pattern> Transform::condition_of(const Tree& tree, std::string_view key) {
  std::string type = "vrl";
  const Tree* source = &tree;
  if (tree.is_map()) {
    const Tree* named = tree.find("type");
    type = named == nullptr ? "vrl" : named->text;
    source = tree.find("source");
  }
  if (type == "is_log") return Pattern{ours::every_record, true, {}};
  if (type != "vrl" || source == nullptr || !source->is_scalar()) {
    settings_.refuse_at(tree.line, key, "only conditions in VRL can be converted", "see docs/conditions.md");
    return std::nullopt;
  }
  auto converted = vrl::convert_condition(settings_.converted(*source, key));
  if (auto* refusal = std::get_if<Refusal>(&converted)) {
    settings_.refuse_at(source->line, key, refusal->why, refusal->instead);
    return std::nullopt;
  }
  const Pattern& pattern = std::get<Pattern>(converted);
  for (const std::string& note : pattern.notes) context_.place.note(note);
  if (context_.raw && (pattern.text + " ").find("$.message ") != std::string::npos) {
    settings_.refuse_at(
        source->line, key,
        "it looks at `message`, which is the whole line there; of a line that is JSON it is a field here",
        "name the fields that are meant");
  }
  return pattern;
}

std::string whole(const Pattern& pattern) {
  return pattern.text == ours::every_record ? pattern.text : pattern.whole();
}

void Transform::remap() {
  settings_.refuse("file", "the program is in another file", "put it into `source` and import again");
  settings_.refuse("files", "the programs are in other files", "put them into `source` and import again");
  settings_.refuse("reroute_dropped", "there is no output for records that a program fails on",
                   "`invalid` of the source says what becomes of lines that are not JSON");
  settings_.ignore({"metric_tag_values", "runtime", "timezone"});
  const bool drops = settings_.flag("drop_on_error", false);
  const bool drop_on_abort = settings_.flag("drop_on_abort", true);
  const Tree* source = settings_.take("source");
  if (source == nullptr || !source->is_scalar()) return;
  const std::string program = settings_.converted(*source, "source");
  if (drops && program.find('!') != std::string::npos)
    settings_.refuse("drop_on_error", "steps leave what they can't do, and count it; they drop nothing",
                     "`invalid: drop` of the source drops lines that are not JSON");
  const vrl::Context context{context_.place, component_.path(), source->line,
                             context_.raw,   drop_on_abort,     context_.problem_with};
  vrl::Converted converted = vrl::convert_program(vrl::parse(program, source->text_line), context);
  nodes_ = std::move(converted.nodes);
  result_.raw = converted.raw;
}

void Transform::filter() {
  if (const auto pattern = condition("condition"); pattern && pattern->text != ours::every_record)
    add(ours::keep_if, Yaml::text(whole(*pattern)));
}

void Transform::add_route(const std::string& name, const std::string& pattern) {
  const char* routes_key = component_.type == "exclusive_route" ? "routes" : "route";
  const bool fits = is_id(name) && name.size() <= route_bytes_max && name != ours::unmatched;
  if (!fits) {
    settings_.refuse(routes_key, config::in_quotes(name) + " can't be the name of a route",
                     "a name has 1 to 32 letters, digits, underscores or hyphens");
    return;
  }
  if (!vrl::is_usable(pattern)) {
    settings_.refuse(routes_key, config::in_quotes(name) + ": with those before it the condition is too long", "");
    return;
  }
  routes_.emplace_back(name, pattern);
}

void Transform::route() {
  const Tree* routes = settings_.take("route");
  const Tree* older = settings_.take("lanes");
  settings_.ignore({"reroute_unmatched"});
  if (routes == nullptr) routes = older;
  if (routes == nullptr) return;
  for (const TreeEntry& entry : routes->entries) {
    if (const auto pattern = condition_of(entry.value, "route." + entry.key)) add_route(entry.key, whole(*pattern));
  }
}

// The first one that matches counts: so each has what those before it have not.
void Transform::exclusive_route() {
  const Tree* routes = settings_.take("routes");
  if (routes == nullptr) return;
  std::string before;
  for (const Tree& item : routes->items) {
    const Tree* name = item.find("name");
    const Tree* tree = item.find("condition");
    if (name == nullptr || tree == nullptr) continue;
    const auto pattern = condition_of(*tree, "routes." + name->text);
    if (!pattern) continue;
    const std::string own = pattern->is_unit || before.empty() ? pattern->text : "(" + pattern->text + ")";
    add_route(name->text, "{ " + own + before + " }");
    before += " && !(" + pattern->text + ")";
  }
}

void Transform::metrics() {
  result_.for_inputs = convert_metrics(settings_, component_, context_);
}

void Transform::unknown() {
  struct Advice {
    std::string_view type;
    const char* instead;
  };
  constexpr std::array<Advice, 4> advice{{
      {"lua", "steps cover most of what scripts do: see docs/reference/transforms.md"},
      {"reduce", "let the application log one record, with its lines in one text"},
      {"aws_ec2_metadata", "`enrich` adds what EC2 and ECS say about the machine"},
      {"window", "`sample` with `keep` lets what matters through"},
  }};
  Refusal refusal{"there is no transform like `" + component_.type + "`; records pass unchanged", ""};
  for (const Advice& each : advice)
    if (each.type == component_.type) refusal.instead = each.instead;
  context_.place.remark(component_.line, component_.path() + ".type", std::move(refusal));
}

ConvertedTransform Transform::convert() {
  struct Type {
    std::string_view name;
    void (Transform::*run)();
  };
  constexpr std::array<Type, 10> types{{{"remap", &Transform::remap},
                                        {"filter", &Transform::filter},
                                        {"route", &Transform::route},
                                        {"swimlanes", &Transform::route},
                                        {"exclusive_route", &Transform::exclusive_route},
                                        {"sample", &Transform::sample},
                                        {"sampler", &Transform::sample},
                                        {"throttle", &Transform::throttle},
                                        {"dedupe", &Transform::dedupe},
                                        {"log_to_metric", &Transform::metrics}}};
  result_.raw = context_.raw;
  void (Transform::*run)() = &Transform::unknown;
  for (const Type& type : types)
    if (type.name == component_.type) run = type.run;
  (this->*run)();
  if (run != &Transform::unknown) settings_.finish();
  const bool about_metrics = component_.type == "aggregate" || component_.type == "metric_to_log" ||
                             component_.type == "tag_cardinality_limit" || component_.type == "log_to_metric";
  if (about_metrics) return std::move(result_);
  result_.stages = make_stages(nodes_, context_.id, context_.inputs, context_.names);
  Stage& last = result_.stages.back();
  last.routes.insert(last.routes.end(), routes_.begin(), routes_.end());
  std::vector<std::string> comments = context_.place.take_comments();
  last.comments.insert(last.comments.end(), comments.begin(), comments.end());
  return std::move(result_);
}

ConvertedTransform convert_transform(const Component& component, const TransformContext& context) {
  return Transform(component, context).convert();
}

}  // namespace towline::app::migration
