#include "transforms/set/set.hpp"

#include <utility>

#include "base/check.hpp"
#include "base/json_string.hpp"
#include "transforms/json_scalar.hpp"
#include "transforms/object_path.hpp"
#include "transforms/path_value.hpp"

namespace towline::set {

using record::NodeId;
using record::Record;

constexpr std::size_t scratch_kept = std::size_t{256} * 1024;  // bytes; more is given back

const config::Schema<SetConfig>& set_schema() {
  static const config::Schema<SetConfig> schema(
      "set", "Gives fields a value.",
      config::whole(
          &SetConfig::fields,
          "A map from the path of a field to its value, a scalar that keeps its YAML type. A text may have places that "
          "are filled: `{service}` with a field of the record, `{host.name}` with a fact about this machine, `%Y` with "
          "the year of its receipt; `{{`, `}}` and `%%` stand for themselves. Objects on the way that are missing are "
          "made; a field that is there already gets the new value.",
          config::example("{ environment: production, id: \"{service}-{request.id}\" }")));
  return schema;
}

SetStep::SetStep(const SetConfig& config, const component::StepContext& context)
    : assignments_(config.fields.list), facts_(context.facts), errors_(context, "set") {}

component::StepResult SetStep::apply(Record& record) {
  for (const Assignment& assignment : assignments_) {
    const std::string* json = value(assignment, record);
    if (json == nullptr) continue;
    const auto bytes = [&] { return json->size(); };
    const auto put = [&](NodeId id) { record.set_value(id, *json); };
    if (transforms::replace_each(record, assignment.path, bytes, put)) continue;
    const std::optional<NodeId> object = transforms::make_parent(record, assignment.path);
    if (object) record.insert(*object, assignment.path.segments().back().text, *json);
  }
  return component::StepResult::keep;
}

// Null where the record lacks something to fill in, or a long text would be in it many times.
const std::string* SetStep::value(const Assignment& assignment, const Record& record) {
  if (!assignment.filled_in) return &assignment.json;
  if (text_.capacity() > scratch_kept) text_ = std::string();
  if (json_.capacity() > scratch_kept) json_ = std::string();
  text_.clear();
  json_.clear();
  if (!assignment.filled_in->append(record, facts_, text_)) {
    errors_.add("missing_field");
    return nullptr;
  }
  if (text_.size() > transforms::growth_max(record)) {
    errors_.add("limit");
    return nullptr;
  }
  append_json_string(json_, text_);
  return &json_;
}

const component::StepType step_type =
    component::make_step_type<SetConfig, SetStep>("set", "Gives fields a value.", set_schema());

}  // namespace towline::set

namespace towline::config {

namespace {

// What of a text stands in the file itself, not in a variable. A variable's value is taken as it is: a `{` in it means
// nothing, unless the text around it has places to fill in, too.
std::string without_variables(std::string_view written) {
  std::string rest;
  for (std::size_t at = written.find("${"); at != std::string_view::npos; at = written.find("${")) {
    rest.append(written.substr(0, at));
    const bool literal = at > 0 && written[at - 1] == '$';
    const std::size_t end = written.find('}', at);
    written.remove_prefix(literal || end == std::string_view::npos ? at + 2 : end + 1);
  }
  return rest.append(written);
}

bool may_be_template(const Node& node) {
  return without_variables(node.written).find_first_of("{}%") != std::string::npos;
}

// False after a problem.
bool read_value(const Node& node, set::Assignment& assignment, Problems& problems) {
  assignment.json = transforms::json_scalar(node);
  if (!assignment.json.starts_with('"') || !may_be_template(node)) return true;
  Result<record::Template> parsed = record::Template::parse(node.text);
  if (!parsed) {
    problems.add(node.mark, "not a text to fill in: " + parsed.error().message);
    return false;
  }
  if (!parsed->is_constant()) {
    assignment.filled_in = std::move(*parsed);
    return true;
  }
  std::string text;
  CHECK(parsed->append({}, {}, text));
  assignment.json.clear();
  append_json_string(assignment.json, text);
  return true;
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
    set::Assignment assignment;
    if (!read_value(entry.value, assignment, problems) || !path) continue;
    assignment.path = std::move(*path);
    assignments.list.push_back(std::move(assignment));
  }
  if (problems.count() != before) return std::nullopt;
  return assignments;
}

ValueInfo Value<set::Assignments>::info() {
  return map_info(Value<std::string>::info());
}

}  // namespace towline::config
