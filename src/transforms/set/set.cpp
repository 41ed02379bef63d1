#include "transforms/set/set.hpp"

#include <utility>

#include "base/json_string.hpp"
#include "record/grammar.hpp"
#include "transforms/object_path.hpp"
#include "transforms/path_value.hpp"

namespace towline::set {

using record::NodeId;
using record::Record;

const config::Schema<SetConfig>& set_schema() {
  static const config::Schema<SetConfig> schema(
      "set", "Gives fields a fixed value.",
      config::whole(
          &SetConfig::fields,
          "A map from the path of a field to its value, a scalar that keeps its YAML type. Objects on the way "
          "that are missing are made; a field that is there already gets the new value.",
          config::example("{ environment: production }")));
  return schema;
}

SetStep::SetStep(const SetConfig& config, const component::StepContext&) : assignments_(config.fields.list) {}

component::StepResult SetStep::apply(Record& record) {
  for (const Assignment& assignment : assignments_) {
    bool found = false;
    record.each(assignment.path, [&](NodeId id) {
      record.set_value(id, assignment.json);
      found = true;
    });
    if (found) continue;
    const std::optional<NodeId> object = transforms::make_parent(record, assignment.path);
    if (object) record.insert(*object, assignment.path.segments().back().text, assignment.json);
  }
  return component::StepResult::keep;
}

const component::StepType step_type =
    component::make_step_type<SetConfig, SetStep>("set", "Gives fields a fixed value.", set_schema());

}  // namespace towline::set

namespace towline::config {

namespace {

bool is_number(const std::string& text) {
  const char* const end = text.data() + text.size();
  return record::skip_number(text.data(), end) == end;
}

// What YAML 1.2 reads as null, a boolean or a number becomes that; everything else is a string.
std::string json_scalar(const Node& node) {
  if (node.is_null()) return "null";
  const std::string& text = node.text;
  if (!node.quoted && (text == "true" || text == "false" || text == "null" || is_number(text))) return text;
  std::string json;
  append_json_string(json, text);
  return json;
}

}  // namespace

std::optional<set::Assignments> Value<set::Assignments>::parse(const Node& node, Problems& problems) {
  if (!expect_map(node, "a map of fields to values", problems)) return std::nullopt;
  const std::size_t before = problems.count();
  check_duplicate_keys(node, problems);
  set::Assignments assignments;
  for (const Node::Entry& entry : node.entries) {
    const Problems::Scope scope(problems, entry.key);
    auto path = transforms::parse_path(entry.key, entry.key_mark, problems);
    if (path && path->has_wildcard()) problems.add(entry.key_mark, "a field to set can't be found by `*`");
    if (!entry.value.is_null() && !expect_scalar(entry.value, "a scalar", problems)) continue;
    if (path) assignments.list.push_back({std::move(*path), json_scalar(entry.value)});
  }
  if (problems.count() != before) return std::nullopt;
  return assignments;
}

ValueInfo Value<set::Assignments>::info() {
  return map_info(Value<std::string>::info());
}

}  // namespace towline::config
