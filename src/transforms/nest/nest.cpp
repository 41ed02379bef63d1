#include "transforms/nest/nest.hpp"

#include <algorithm>
#include <optional>

#include "record/graft.hpp"
#include "record/json_text.hpp"
#include "record/limits.hpp"
#include "transforms/object_path.hpp"

namespace towline::nest {

namespace {

using record::NodeId;
using record::Record;

std::optional<std::string> check(const NestConfig& config) {
  if (config.into.has_wildcard()) return "`into` can't hold `*`: name one object";
  if (config.fields.empty()) return "`fields` must name at least one field";
  return std::nullopt;
}

// Whether the path leads to an object, or to nothing yet.
bool is_object_or_free(const Record& record, const record::Path& path) {
  const std::optional<NodeId> there = transforms::find_last(record, path);
  if (there) return record.type(*there) == record::Type::object;
  return transforms::way_to(record, path, {}) == transforms::Way::clear;
}

}  // namespace

const config::Schema<NestConfig>& nest_schema() {
  static const config::Schema<NestConfig> schema(
      "nest", "Gathers fields in an object.",
      config::field("into", &NestConfig::into,
                    "The path of the object, which is made where it is missing. Where something else is in its place, "
                    "nothing is moved.",
                    config::required, config::example("http")),
      config::field("fields", &NestConfig::fields,
                    "Names of members of the record, not paths: a dot is a character like others, and a `*` stands for "
                    "any text.",
                    config::required, config::example("[method, path, \"http_*\"]")),
      config::field("strip_prefix", &NestConfig::strip_prefix,
                    "Names that begin with it lose it, unless nothing would be left."),
      config::check(check));
  return schema;
}

NestStep::NestStep(const NestConfig& config, const component::StepContext& context)
    : config_(config), errors_(context, "nest") {}

component::StepResult NestStep::apply(Record& record) {
  find_members(record);
  if (members_.empty()) return component::StepResult::keep;
  if (!is_object_or_free(record, config_.into)) {
    errors_.add("not_object");
    return component::StepResult::keep;
  }
  std::optional<NodeId> object = transforms::find_last(record, config_.into);
  if (!object) {
    const std::optional<NodeId> parent = transforms::make_parent(record, config_.into);
    if (!parent) return component::StepResult::keep;  // can't be: the way was clear
    object = record.insert(*parent, config_.into.segments().back().text, "null");
    record.make_object(*object);
  }
  move_members(record, *object);
  return component::StepResult::keep;
}

// All but the one that is the object, or that it is in.
void NestStep::find_members(const Record& record) {
  members_.clear();
  for (NodeId id = record.first_child(Record::root); id != record::no_node; id = record.next_sibling(id)) {
    std::string_view name = record.key(id);
    if (record.key_escaped(id)) {
      key_.clear();
      if (!record::append_decoded(key_, name)) continue;  // can't be: it was parsed
      name = key_;
    }
    if (name != config_.into.segments().front().text && is_meant(name)) members_.push_back(id);
  }
}

bool NestStep::is_meant(std::string_view name) const {
  return std::any_of(config_.fields.begin(), config_.fields.end(),
                     [&](const transforms::NamePattern& pattern) { return pattern.matches(name); });
}

void NestStep::list_names(const Record& record, NodeId object) {
  names_.clear();
  for (NodeId id = record.first_child(object); id != record::no_node; id = record.next_sibling(id))
    names_.add_key(record, id);
  own_ = names_.size();
  const std::string& prefix = config_.strip_prefix;
  for (const NodeId id : members_) {
    key_.clear();
    if (!record.key_escaped(id) || !record::append_decoded(key_, record.key(id))) key_ = record.key(id);
    const bool strip = key_.size() > prefix.size() && key_.starts_with(prefix);
    names_.add(std::string_view(key_).substr(strip ? prefix.size() : 0));
  }
  names_.compare();
}

void NestStep::move_members(Record& record, NodeId object) {
  list_names(record, object);
  const std::size_t levels = record::depth(record, object) + 1;
  bool taken = false;
  bool too_deep = false;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const bool fits = levels + record::extent(record, members_[i]).height <= record::depth_max;
    const bool free = names_.first(own_ + i) == own_ + i;
    if (fits && free) record.move(members_[i], object, names_[own_ + i]);
    taken = taken || !free;
    too_deep = too_deep || !fits;
  }
  if (taken) errors_.add("name_taken");
  if (too_deep) errors_.add("limit");
}

const component::StepType step_type =
    component::make_step_type<NestConfig, NestStep>("nest", "Gathers fields in an object.", nest_schema());

}  // namespace towline::nest
