#include "transforms/flatten/flatten.hpp"

#include <algorithm>

#include "record/json_text.hpp"
#include "transforms/object_path.hpp"
#include "transforms/step_order.hpp"

namespace towline::flatten {

namespace {

using record::NodeId;
using record::Record;
using record::Type;

constexpr std::size_t separator_max = 16;  // bytes

std::optional<std::string> check(const FlattenConfig& config) {
  if (config.separator.empty()) return "`separator` must not be empty";
  if (config.separator.size() > separator_max)
    return "`separator` must not be longer than " + std::to_string(separator_max) + " bytes";
  return std::nullopt;
}

}  // namespace

const config::Schema<FlattenConfig>& flatten_schema() {
  static const config::Schema<FlattenConfig> schema(
      "flatten", "Turns nested objects into members with joined keys.",
      config::field("field", &FlattenConfig::field,
                    "The path of the object to flatten; its members stay in it. Without it the whole record is."),
      config::field("separator", &FlattenConfig::separator, "What stands between the keys that are joined."),
      config::field("arrays", &FlattenConfig::arrays, "What becomes of lists."), config::check(check));
  return schema;
}

FlattenStep::FlattenStep(const FlattenConfig& config, const component::StepContext& context)
    : config_(config), errors_(context, "flatten") {}

component::StepResult FlattenStep::apply(Record& record) {
  budget_ = transforms::growth_max(record);  // a long key is repeated for each member below it
  name_taken_ = false;
  found_.clear();
  if (config_.field)
    record.each(*config_.field, [&](NodeId id) { found_.push_back(id); });
  else
    found_.push_back(Record::root);
  for (const NodeId id : found_) {
    if (record.type(id) == Type::object) flatten(record, id);
  }
  if (name_taken_) errors_.add("name_taken");
  if (budget_ == 0) errors_.add("limit");
  return component::StepResult::keep;
}

void FlattenStep::flatten(Record& record, NodeId object) {
  list(record, object);
  if (budget_ == 0) return;
  names_.compare();
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    const bool taken = names_.first(own_ + i) != own_ + i;
    if (!taken) record.move(leaves_[i], object, names_[own_ + i]);
    name_taken_ = name_taken_ || taken;
  }
  // What has become empty goes, the inner ones first.
  std::for_each(nested_.rbegin(), nested_.rend(), [&](NodeId id) {
    if (record.first_child(id) == record::no_node) record.remove(id);
  });
}

void FlattenStep::list(const Record& record, NodeId object) {
  nested_.clear();
  leaves_.clear();
  names_.clear();
  for (NodeId id = record.first_child(object); id != record::no_node; id = record.next_sibling(id))
    names_.add_key(record, id);
  own_ = names_.size();
  for (NodeId id = record.first_child(object); id != record::no_node; id = record.next_sibling(id)) {
    if (!is_nested(record, id)) continue;
    prefix_.clear();
    add_level(record, id, 0);
    list_inside(record, id);
  }
}

// prefix_ is the joined key of the container.
void FlattenStep::list_inside(const Record& record, NodeId container) {
  nested_.push_back(container);
  std::size_t index = 0;
  for (NodeId id = record.first_child(container); id != record::no_node; id = record.next_sibling(id), ++index) {
    const std::size_t size = prefix_.size();
    prefix_ += config_.separator;
    add_level(record, id, index);
    if (is_nested(record, id)) {
      list_inside(record, id);
    } else if (budget_ > prefix_.size()) {
      budget_ -= prefix_.size();
      names_.add(prefix_);
      leaves_.push_back(id);
    } else {
      budget_ = 0;
    }
    prefix_.resize(size);
  }
}

bool FlattenStep::is_nested(const Record& record, NodeId id) const {
  const Type type = record.type(id);
  const bool container = type == Type::object || (type == Type::array && config_.arrays == Arrays::index);
  return container && record.first_child(id) != record::no_node;
}

// Appends the key of a member, or the number of an element, to prefix_.
void FlattenStep::add_level(const Record& record, NodeId id, std::size_t index) {
  if (record.in_array(id))
    prefix_ += std::to_string(index);
  else if (!record.key_escaped(id) || !record::append_decoded(prefix_, record.key(id)))
    prefix_ += record.key(id);
}

namespace {

void check_order(std::span<const component::PlacedStep> all, config::Problems& problems) {
  transforms::check_behind_redact(
      step_type, all, "`redact` finds fields by their names, with all that is below them, and these are joined then",
      problems);
}

}  // namespace

const component::StepType step_type = component::make_step_type<FlattenConfig, FlattenStep>(
    "flatten", "Turns nested objects into members with joined keys.", flatten_schema(), {.check = check_order});

}  // namespace towline::flatten
