#include "transforms/keep_only/keep_only.hpp"

#include "record/json_text.hpp"

namespace towline::keep_only {

namespace {

using record::NodeId;
using record::Record;
using record::Type;

std::optional<std::string> check(const KeepOnlyConfig& config) {
  if (config.fields.empty()) return "`fields` must name at least one field";
  return std::nullopt;
}

}  // namespace

KeepOnlyConfig::KeepOnlyConfig() {
  for (const char* name : {"dt", "towline"}) always.push_back(*record::Path::parse(name));
}

const config::Schema<KeepOnlyConfig>& keep_only_schema() {
  static const config::Schema<KeepOnlyConfig> schema(
      "keep_only", "Takes everything out but some fields.",
      config::field("fields", &KeepOnlyConfig::fields,
                    "The paths of what is kept, an object with everything in it. Within a name, too, a `*` stands for "
                    "any text: `http_*`.",
                    config::required, config::example("[level, message, \"http_*\", user.id]")),
      config::field("always", &KeepOnlyConfig::always,
                    "Kept as well: the time of the record, and what this daemon says about it."),
      config::check(check));
  return schema;
}

KeepOnlyStep::KeepOnlyStep(const KeepOnlyConfig& config, const component::StepContext&) {
  for (const record::Path& path : config.fields) paths_.push_back(levels_of(path));
  for (const record::Path& path : config.always) paths_.push_back(levels_of(path));
}

KeepOnlyStep::Levels KeepOnlyStep::levels_of(const record::Path& path) {
  Levels levels;
  for (const record::Path::Segment& segment : path.segments()) {
    const bool pattern = segment.plain && !segment.any && segment.text.find('*') != std::string::npos;
    levels.push_back({segment, std::nullopt});
    if (pattern) levels.back().pattern.emplace(segment.text);
  }
  return levels;
}

component::StepResult KeepOnlyStep::apply(Record& record) {
  leading_.clear();
  for (const Levels& path : paths_) leading_.push_back(&path);
  keep_inside(record, Record::root, 0, 0);
  return component::StepResult::keep;
}

// The paths from `begin` on lead to the container with their first `level` levels. Returns whether anything is left.
bool KeepOnlyStep::keep_inside(Record& record, NodeId container, std::size_t begin, std::size_t level) {
  bool left = false;
  std::size_t index = 0;
  for (NodeId id = record.first_child(container); id != record::no_node; id = record.next_sibling(id), ++index) {
    const bool kept = is_kept(record, id, index, begin, level);
    if (!kept) record.remove(id);
    left = left || kept;
  }
  return left;
}

bool KeepOnlyStep::is_kept(Record& record, NodeId id, std::size_t index, std::size_t begin, std::size_t level) {
  const std::optional<std::string_view> name = name_of(record, id);
  const std::size_t end = leading_.size();
  bool whole = false;
  for (std::size_t i = begin; i < end && !whole; ++i) {
    const Levels& path = *leading_[i];
    if (!matches(path[level], name, index)) continue;
    whole = path.size() == level + 1;
    leading_.push_back(&path);
  }
  const bool leads_on = leading_.size() > end && (record.type(id) == Type::object || record.type(id) == Type::array);
  const bool kept = whole || (leads_on && keep_inside(record, id, end, level + 1));
  leading_.resize(end);
  return kept;
}

bool KeepOnlyStep::matches(const Level& level, std::optional<std::string_view> name, std::size_t index) {
  if (level.segment.any) return true;
  if (!name) return index == level.segment.index;
  return level.pattern ? level.pattern->matches(*name) : *name == level.segment.text;
}

// The decoded key; nothing for an element.
std::optional<std::string_view> KeepOnlyStep::name_of(const Record& record, NodeId id) {
  if (record.in_array(id)) return std::nullopt;
  if (!record.key_escaped(id)) return record.key(id);
  key_.clear();
  return record::append_decoded(key_, record.key(id)) ? std::string_view(key_) : record.key(id);
}

const component::StepType step_type = component::make_step_type<KeepOnlyConfig, KeepOnlyStep>(
    "keep_only", "Takes everything out but some fields.", keep_only_schema());

}  // namespace towline::keep_only
