#include "transforms/category/category.hpp"

#include <algorithm>

#include "base/json_string.hpp"
#include "transforms/derived_field.hpp"
#include "transforms/object_path.hpp"

namespace towline::category {

using record::NodeId;
using record::Record;

namespace {

constexpr std::size_t separator_bytes_max = 8;

std::optional<std::string> check(const CategoryConfig& config) {
  if (config.map.empty()) return "`map` needs at least one prefix";
  if (config.separator.empty() || config.separator.size() > separator_bytes_max)
    return "`separator` has 1 to " + std::to_string(separator_bytes_max) + " bytes";
  for (const auto& [prefix, category] : config.map) {
    if (prefix.empty()) return "a prefix in `map` is empty: `default` is for the names that no prefix is for";
    if (prefix.ends_with(config.separator))
      return "the prefix " + config::in_quotes(prefix) + " in `map` must not end with the separator";
  }
  return std::nullopt;
}

std::string as_json(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

}  // namespace

const config::Schema<CategoryConfig>& category_schema() {
  static const config::Schema<CategoryConfig> schema(
      "category", "Gives records a category by the name of their logger.",
      config::field("field", &CategoryConfig::field, "The path of the name."),
      config::field("target", &CategoryConfig::target, "The path that the category is written to."),
      config::field("map", &CategoryConfig::map,
                    "A map from prefixes to categories. A prefix stands for the name itself and for everything below "
                    "it; the longest one counts.",
                    config::required, config::example("{ app.auth: auth, sqlalchemy: database }")),
      config::field("default", &CategoryConfig::fallback,
                    "The category of records that no prefix is for and that have none. Without it they get none."),
      config::field("separator", &CategoryConfig::separator,
                    "What stands between the levels of a name: `.`, or `::` or `/` in other languages."),
      config::check(check));
  return schema;
}

CategoryStep::CategoryStep(const CategoryConfig& config, const component::StepContext& context)
    : field_(config.field),
      target_(config.target),
      separator_(config.separator),
      fallback_json_(config.fallback ? as_json(*config.fallback) : ""),
      errors_(context, "category") {
  for (const auto& [prefix, category] : config.map) {
    json_by_prefix_.emplace(prefix, as_json(category));
    prefix_bytes_max_ = std::max(prefix_bytes_max_, prefix.size());
  }
}

component::StepResult CategoryStep::apply(Record& record) {
  const std::string* json = category_of(record);
  if (json == nullptr && !fallback_json_.empty() && !transforms::find_last(record, target_.path))
    json = &fallback_json_;
  if (json != nullptr && !transforms::put_scalar(record, target_.path, *json)) errors_.add("no_place");
  return component::StepResult::keep;
}

const std::string* CategoryStep::category_of(const Record& record) {
  const std::optional<NodeId> id = transforms::find_last(record, field_.path);
  if (!id || record.type(*id) != record::Type::string) return nullptr;
  return category_of(transforms::decoded(record, *id, scratch_));
}

// From the longest prefix to the shortest. What is longer than every one in the map isn't looked up: a long name costs
// no more than a short one.
const std::string* CategoryStep::category_of(std::string_view name) const {
  std::size_t end = name.size();
  while (true) {
    if (end <= prefix_bytes_max_) {
      const auto found = json_by_prefix_.find(name.substr(0, end));
      if (found != json_by_prefix_.end()) return &found->second;
    }
    if (end == 0) return nullptr;
    const std::size_t before = std::min(end - 1, prefix_bytes_max_);
    end = name.substr(0, before + separator_.size()).rfind(separator_, before);
    if (end == std::string_view::npos) return nullptr;
  }
}

const component::StepType step_type = component::make_step_type<CategoryConfig, CategoryStep>(
    "category", "Gives records a category by the name of their logger.", category_schema());

}  // namespace towline::category
