#include "transforms/level/level.hpp"

#include <algorithm>

#include "transforms/derived_field.hpp"
#include "transforms/object_path.hpp"

namespace towline::level {

using record::NodeId;
using record::Record;
using transforms::Level;

namespace {

constexpr std::size_t text_bytes_max = 64;  // longer ones are no levels

bool same_without_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::optional<std::string> check(const LevelConfig& config) {
  for (const auto& [name, level] : config.names) {
    if (name.empty() || name.size() > text_bytes_max)
      return "a name in `names` has 1 to " + std::to_string(text_bytes_max) + " bytes";
  }
  return transforms::check_kept(config.field, config.target, config.keep_original);
}

}  // namespace

const config::Schema<LevelConfig>& level_schema() {
  static const config::Schema<LevelConfig> schema(
      "level", "Brings the level of a record into one form.",
      config::field("field", &LevelConfig::field, "The path of the level, a name or a number."),
      config::field("target", &LevelConfig::target, "The path that the level is written to."),
      config::field("style", &LevelConfig::style, "How it is written."),
      config::field(
          "numbers", &LevelConfig::numbers,
          "What numbers mean. Without it a number is no level: 30 is INFO to one library and WARN to another."),
      config::field("names", &LevelConfig::names,
                    "A map from names of your own to levels, before all that are known: { VERBOSE: DEBUG }. "
                    "Their case doesn't matter; numbers can be named, too."),
      config::field("default", &LevelConfig::fallback, "The level of a record without the field, or with null there."),
      config::field("keep_original", &LevelConfig::keep_original, "The field stays in the record, besides the target."),
      config::check(check));
  return schema;
}

LevelStep::LevelStep(const LevelConfig& config, const component::StepContext& context)
    : config_(config), errors_(context, "level") {
  for (std::size_t i = 0; i < json_.size(); ++i) {
    const auto level = static_cast<Level>(i);
    const std::string_view name = config.style == Style::upper ? upper_name(level) : lower_name(level);
    json_[i].assign(1, '"').append(name).append(1, '"');
  }
}

component::StepResult LevelStep::apply(Record& record) {
  found_.clear();
  record.each(config_.field.path, [&](NodeId id) { found_.push_back(id); });
  if (found_.empty() || record.type(found_.back()) == record::Type::null) {
    add_missing(record);
    return component::StepResult::keep;
  }
  const std::optional<Level> level = level_of(record, found_.back());
  if (!level) {
    errors_.add("unknown_level");
    return component::StepResult::keep;
  }
  const bool in_place = found_.size() == 1 && transforms::same_field(config_.field, config_.target);
  if (in_place && record.value(found_.back()) == json_of(*level)) return component::StepResult::keep;
  if (!transforms::put_derived(record, found_, config_.field, config_.target, config_.keep_original, json_of(*level)))
    errors_.add("no_place");
  return component::StepResult::keep;
}

void LevelStep::add_missing(Record& record) {
  if (!config_.fallback) return;
  const std::optional<NodeId> there = transforms::find_last(record, config_.target.path);
  if (there && record.type(*there) != record::Type::null) return;
  if (!transforms::put_scalar(record, config_.target.path, json_of(*config_.fallback))) errors_.add("no_place");
}

std::optional<Level> LevelStep::level_of(const Record& record, NodeId id) {
  if (record.value(id).size() > 6 * text_bytes_max) return std::nullopt;
  if (record.type(id) == record::Type::string) return level_of(transforms::decoded(record, id, scratch_));
  return record.type(id) == record::Type::number ? level_of(record.value(id)) : std::nullopt;
}

std::optional<Level> LevelStep::level_of(std::string_view text) const {
  const auto own =
      std::ranges::find_if(config_.names, [&](const auto& name) { return same_without_case(name.first, text); });
  if (own != config_.names.end()) return own->second;
  if (const std::optional<Level> level = transforms::level_of_name(text)) return level;
  return config_.numbers ? transforms::level_of_number(text, *config_.numbers) : std::nullopt;
}

const component::StepType step_type = component::make_step_type<LevelConfig, LevelStep>(
    "level", "Brings the level of a record into one form.", level_schema());

}  // namespace towline::level
