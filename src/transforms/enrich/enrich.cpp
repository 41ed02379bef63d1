#include "transforms/enrich/enrich.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/json_string.hpp"
#include "transforms/json_scalar.hpp"
#include "transforms/object_path.hpp"
#include "transforms/path_value.hpp"

namespace towline::enrich {

using record::NodeId;
using record::Path;
using record::Record;

namespace {

bool wants(const EnrichConfig& config, std::string_view group) {
  return (group == "host" && config.host) || (group == "ecs" && config.ecs) || (group == "ec2" && config.ec2);
}

bool reads_facts(const void* config, std::string_view group) {
  return wants(*static_cast<const EnrichConfig*>(config), group);
}

constexpr std::size_t fact_levels = 2;  // host.name

std::optional<std::string> check(const EnrichConfig& config) {
  if (config.target && config.target->has_wildcard()) return "`target` can't be found by `*`";
  std::size_t levels = config.target ? config.target->segments().size() + fact_levels : fact_levels;
  for (const Tag& tag : config.tags.list)
    levels = std::max(levels, tag.path.segments().size() + (config.target ? config.target->segments().size() : 0));
  if (levels > Path::segments_max)
    return "`target` and a name in it have more than " + std::to_string(Path::segments_max) + " levels together";
  for (const Tag& tag : config.tags.list) {
    const std::string& first = tag.path.segments().front().text;
    if (tag.path.segments().size() == 1 && wants(config, first))
      return "the tag `" + first + "` takes the place of the facts that `" + first + ": true` adds";
  }
  return std::nullopt;
}

// Of texts that are paths already.
Path joined(const std::optional<Path>& front, const std::string& back) {
  const Result<Path> path = Path::parse(front ? front->text() + "." + back : back);
  CHECK(path);
  return *path;
}

bool same_object(const Path& a, const Path& b) {
  const auto same = [](const Path::Segment& x, const Path::Segment& y) { return x.text == y.text; };
  return std::equal(a.segments().begin(), a.segments().end() - 1, b.segments().begin(), b.segments().end() - 1, same);
}

// Whether everything on the way is an object, as far as there is anything.
bool way_is_free(const Record& record, const Path& path) {
  NodeId object = Record::root;
  for (std::size_t level = 0; level + 1 < path.segments().size(); ++level) {
    object = record.find(object, path.segments()[level].text);
    if (object == record::no_node) return true;
    if (record.type(object) != record::Type::object) return false;
  }
  return true;
}

}  // namespace

const config::Schema<EnrichConfig>& enrich_schema() {
  static const config::Schema<EnrichConfig> schema(
      "enrich", "Adds fixed tags, and what is known about the machine.",
      config::field("tags", &EnrichConfig::tags,
                    "A map from the path of a field to its value, a scalar that keeps its YAML type.",
                    config::example("{ environment: production }")),
      config::field("host", &EnrichConfig::host, "Adds `host.name` and `host.arch`."),
      config::field("ecs", &EnrichConfig::ecs,
                    "Adds what the ECS task metadata endpoint says: `ecs.cluster`, `ecs.task_arn`, `ecs.task_id`, "
                    "`ecs.family`, `ecs.revision`, `ecs.service_name`, `ecs.container_name`, `ecs.availability_zone`, "
                    "`ecs.launch_type`. Nothing off ECS."),
      config::field("ec2", &EnrichConfig::ec2,
                    "Adds what the EC2 instance metadata service says: `ec2.instance_id`, `ec2.instance_type`, "
                    "`ec2.region`, `ec2.availability_zone`, `ec2.account_id`. Nothing off EC2."),
      config::field("target", &EnrichConfig::target,
                    "The path of an object that all of it goes into, instead of the record itself."),
      config::field("overwrite", &EnrichConfig::overwrite,
                    "Replace what a record has already. Without it that stays, and wins."),
      config::check(check));
  return schema;
}

// Tags first: they win over a fact of the same name.
EnrichStep::EnrichStep(const EnrichConfig& config, const component::StepContext& context)
    : overwrite_(config.overwrite) {
  for (const Tag& tag : config.tags.list) add(joined(config.target, tag.path.text()), tag.json);
  for (const auto& [name, value] : context.facts.all()) {
    if (!wants(config, std::string_view(name).substr(0, name.find('.')))) continue;
    std::string json;
    append_json_string(json, value);
    add(joined(config.target, name), json);
  }
}

void EnrichStep::add(const Path& path, const std::string& json) {
  auto group = std::ranges::find_if(groups_, [&](const Group& known) { return same_object(known.path, path); });
  if (group == groups_.end()) group = groups_.insert(groups_.end(), Group{path, {}});
  const std::string& key = path.segments().back().text;
  if (std::ranges::find(group->members, key, &Member::key) == group->members.end())
    group->members.push_back({key, json});
}

component::StepResult EnrichStep::apply(Record& record) {
  for (const Group& group : groups_) {
    if (!overwrite_ && !way_is_free(record, group.path)) continue;
    const std::optional<NodeId> object = transforms::make_parent(record, group.path);
    if (!object) continue;
    for (const Member& member : group.members) put(record, *object, member);
  }
  return component::StepResult::keep;
}

void EnrichStep::put(Record& record, NodeId object, const Member& member) const {
  bool found = false;
  for (NodeId child = record.first_child(object); child != record::no_node; child = record.next_sibling(child)) {
    if (!record.key_is(child, member.key)) continue;
    if (!overwrite_) return;
    record.set_value(child, member.json);
    found = true;
  }
  if (!found) record.insert(object, member.key, member.json);
}

const component::StepType step_type = component::make_step_type<EnrichConfig, EnrichStep>(
    "enrich", "Adds fixed tags, and what is known about the machine.", enrich_schema(), {.reads_facts = reads_facts});

}  // namespace towline::enrich

namespace towline::config {

std::optional<enrich::Tags> Value<enrich::Tags>::parse(const Node& node, Problems& problems) {
  if (!expect_map(node, "a map of fields to values", problems)) return std::nullopt;
  const std::size_t before = problems.count();
  check_duplicate_keys(node, problems);
  enrich::Tags tags;
  for (const Node::Entry& entry : node.entries) {
    const Problems::Scope scope(problems, entry.key);
    auto path = transforms::parse_path(entry.key, entry.key_mark, problems);
    if (path && path->has_wildcard()) problems.add(entry.key_mark, "a field to add can't be found by `*`");
    if (!entry.value.is_null() && !expect_scalar(entry.value, "a scalar", problems)) continue;
    if (path) tags.list.push_back({std::move(*path), transforms::json_scalar(entry.value)});
  }
  if (problems.count() != before) return std::nullopt;
  return tags;
}

ValueInfo Value<enrich::Tags>::info() {
  return map_info(Value<std::string>::info());
}

}  // namespace towline::config
