#include "transforms/copy/copy.hpp"

#include <utility>

#include "transforms/object_path.hpp"
#include "transforms/path_value.hpp"

namespace towline::copy {

const config::Schema<CopyConfig>& copy_schema() {
  static const config::Schema<CopyConfig> schema(
      "copy", "Copies fields to other places.",
      config::whole(&CopyConfig::rules,
                    "A map from the path of a field to the path of its copy, both counted from the record. Objects on "
                    "the way that are missing are made; what stands there already is replaced; a field that is missing "
                    "is ignored.",
                    config::example("{ user.id: user_id }")));
  return schema;
}

CopyStep::CopyStep(const CopyConfig& config, const component::StepContext& context)
    : rules_(config.rules.rules), errors_(context, "copy") {}

component::StepResult CopyStep::apply(record::Record& record) {
  for (const Rule& rule : rules_) {
    const std::optional<record::NodeId> what = transforms::find_last(record, rule.from);
    if (!what) continue;
    const transforms::Put put = transforms::put_copy(record, rule.to, record, *what);
    if (put == transforms::Put::no_place) errors_.add("no_place");
    if (put == transforms::Put::limit) errors_.add("limit");
  }
  return component::StepResult::keep;
}

const component::StepType step_type =
    component::make_step_type<CopyConfig, CopyStep>("copy", "Copies fields to other places.", copy_schema());

}  // namespace towline::copy

namespace towline::config {

std::optional<copy::Rules> Value<copy::Rules>::parse(const Node& node, Problems& problems) {
  if (!expect_map(node, "a map of paths to the paths of their copies", problems)) return std::nullopt;
  const std::size_t before = problems.count();
  check_duplicate_keys(node, problems);
  copy::Rules rules;
  for (const Node::Entry& entry : node.entries) {
    const Problems::Scope scope(problems, entry.key);
    auto from = transforms::parse_path(entry.key, entry.key_mark, problems);
    auto to = Value<record::Path>::parse(entry.value, problems);
    if (!from || !to) continue;
    if (from->has_wildcard()) problems.add(entry.key_mark, "a field to copy can't be found by `*`", "name one field");
    if (to->has_wildcard()) problems.add(entry.value.mark, "the place of a copy can't hold `*`", "name one place");
    rules.rules.push_back({std::move(*from), std::move(*to)});
  }
  if (problems.count() != before) return std::nullopt;
  return rules;
}

ValueInfo Value<copy::Rules>::info() {
  return map_info(Value<record::Path>::info());
}

}  // namespace towline::config
