#include "transforms/rename/rename.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "transforms/object_path.hpp"
#include "transforms/path_value.hpp"

namespace towline::rename {

namespace {

using record::NodeId;
using record::Record;
using Found = std::span<const NodeId>;

void remove_members(Record& record, NodeId object, std::string_view key) {
  for (NodeId child = record.first_child(object); child != record::no_node; child = record.next_sibling(child)) {
    if (record.key_is(child, key)) record.remove(child);
  }
}

// All members that have the old name get the new one; those that have the new one already give way.
void rename_in_object(Record& record, Found members, const Rule& rule) {
  const std::string& key = rule.to.segments().front().text;
  if (record.in_array(members.front()) || key == rule.from.segments().back().text) return;
  remove_members(record, record.parent(members.front()), key);
  for (const NodeId member : members) record.set_key(member, key);
}

// Of several members of that name the last one counts, as for most readers of JSON. Where the way leads into an array
// nothing is moved.
void move_to(Record& record, Found members, const record::Path& to) {
  if (!transforms::can_make_parent(record, to, members)) return;
  for (const NodeId member : members) record.remove(member);
  const std::optional<NodeId> object = transforms::make_parent(record, to);
  if (!object) return;
  const std::string& key = to.segments().back().text;
  remove_members(record, *object, key);
  record.move(members.back(), *object, key);
}

// Calls handle(members) for each object that has members found.
template <class Handle>
void each_object(const Record& record, Found found, Handle handle) {
  while (!found.empty()) {
    const NodeId parent = record.parent(found.front());
    const auto end = std::find_if(found.begin(), found.end(), [&](NodeId id) { return record.parent(id) != parent; });
    const auto count = static_cast<std::size_t>(end - found.begin());
    handle(found.first(count));
    found = found.subspan(count);
  }
}

}  // namespace

const config::Schema<RenameConfig>& rename_schema() {
  static const config::Schema<RenameConfig> schema(
      "rename", "Gives fields other names.",
      config::whole(
          &RenameConfig::rules,
          "A map from the path of a field to its new name in the same object, or, with dots, to its new place "
          "in the record. What stands there already is replaced; a field that is missing is ignored.",
          config::example("{ timestamp: dt }")));
  return schema;
}

RenameStep::RenameStep(const RenameConfig& config, const component::StepContext&) : rules_(config.rules.rules) {}

component::StepResult RenameStep::apply(Record& record) {
  for (const Rule& rule : rules_) {
    found_.clear();
    record.each(rule.from, [&](NodeId id) { found_.push_back(id); });
    if (found_.empty()) continue;
    if (rule.to.segments().size() > 1) {
      move_to(record, found_, rule.to);
    } else {
      each_object(record, found_, [&](Found members) { rename_in_object(record, members, rule); });
    }
  }
  return component::StepResult::keep;
}

const component::StepType step_type =
    component::make_step_type<RenameConfig, RenameStep>("rename", "Gives fields other names.", rename_schema());

}  // namespace towline::rename

namespace towline::config {

namespace {

void check_rule(const record::Path& from, const record::Path& to, const Node::Entry& entry, Problems& problems) {
  if (from.segments().back().any) problems.add(entry.key_mark, "the last level of a path to rename can't be `*`");
  if (to.has_wildcard()) problems.add(entry.value.mark, "a new name can't hold `*`", "quote a key that is a star");
  if (to.segments().size() > 1 && from.has_wildcard()) {
    problems.add(entry.key_mark, "fields found by `*` can't be moved to one place", "give a new name without dots");
  }
}

}  // namespace

std::optional<rename::Rules> Value<rename::Rules>::parse(const Node& node, Problems& problems) {
  if (!expect_map(node, "a map of old to new names", problems)) return std::nullopt;
  const std::size_t before = problems.count();
  check_duplicate_keys(node, problems);
  rename::Rules rules;
  for (const Node::Entry& entry : node.entries) {
    const Problems::Scope scope(problems, entry.key);
    auto from = transforms::parse_path(entry.key, entry.key_mark, problems);
    auto to = Value<record::Path>::parse(entry.value, problems);
    if (!from || !to) continue;
    check_rule(*from, *to, entry, problems);
    rules.rules.push_back({std::move(*from), std::move(*to)});
  }
  if (problems.count() != before) return std::nullopt;
  return rules;
}

ValueInfo Value<rename::Rules>::info() {
  return map_info(Value<record::Path>::info());
}

}  // namespace towline::config
