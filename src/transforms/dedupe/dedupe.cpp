#include "transforms/dedupe/dedupe.hpp"

#include <algorithm>
#include <utility>

#include "transforms/derived_field.hpp"

namespace towline::dedupe {

using record::NodeId;
using record::Record;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t text_kept = std::size_t{256} * 1024;  // bytes of scratch memory; more is given back
constexpr std::size_t nodes_kept = 8192;

bool is_container(record::Type type) {
  return type == record::Type::object || type == record::Type::array;
}

}  // namespace

DedupeConfig::DedupeConfig() {
  for (const char* name : {"dt", "timestamp", "time", "@timestamp"}) ignore.push_back(transforms::FieldPath(name).path);
}

const config::Schema<DedupeConfig>& dedupe_schema() {
  static const config::Schema<DedupeConfig> schema(
      "dedupe", "Lets a record through once in a time.",
      config::field("fields", &DedupeConfig::fields,
                    "The paths of what makes two records the same. A record without any of it passes. Without this "
                    "setting it is the whole record but for `ignore`.",
                    config::example("[message, level]")),
      config::field("ignore", &DedupeConfig::ignore, "Without `fields`: the paths of what may differ."),
      config::field("window", &DedupeConfig::window, "For so long after a record has passed its repeats are filtered.",
                    config::between(Duration(1ms), Duration(24h))),
      config::field("entries_max", &DedupeConfig::entries_max,
                    "So many records are remembered, with about 150 bytes each; then the one that was not seen for "
                    "longest is forgotten.",
                    config::between(std::uint64_t{1}, std::uint64_t{1'000'000})),
      config::field("count_field", &DedupeConfig::count_field,
                    "The path of a field that says, in the first record that passes again, how many repeats were "
                    "filtered before it."));
  return schema;
}

DedupeStep::DedupeStep(const DedupeConfig& config, const component::StepContext& context)
    : config_(config), seen_(config.entries_max), errors_(context, "dedupe") {}

component::StepResult DedupeStep::apply(Record& record) {
  if (!describe(record)) return component::StepResult::keep;
  const WallTime now = record.received();
  const auto [seen, added] = seen_.find_or_add(siphash(hash_key_, text_));
  // A clock that was set back must not keep a window open.
  if (!added && now >= seen.passed && now < seen.passed + config_.window) {
    ++seen.repeated;
    return component::StepResult::filter;
  }
  seen.passed = now;
  const std::uint64_t repeated = std::exchange(seen.repeated, 0);
  if (repeated != 0 && config_.count_field &&
      !transforms::put_scalar(record, (*config_.count_field).path, std::to_string(repeated)))
    errors_.add("no_place");
  return component::StepResult::keep;
}

// Puts what the record is compared by into text_. False if there is nothing of it.
bool DedupeStep::describe(const Record& record) {
  if (text_.capacity() > text_kept) text_ = std::string();
  if (ignored_.capacity() > nodes_kept) ignored_ = {};
  text_.clear();
  ignored_.clear();
  if (config_.fields.empty()) {
    for (const record::Path& path : config_.ignore) record.each(path, [&](NodeId id) { ignored_.push_back(id); });
    std::ranges::sort(ignored_);
    append(record, Record::root);
    return true;
  }
  bool any = false;
  for (const record::Path& path : config_.fields) {
    record.each(path, [&](NodeId id) {
      append(record, id);
      any = true;
    });
    text_ += '\n';  // JSON text has none inside of values
  }
  return any;
}

// A value with all that is in it, and its key: the white space between them doesn't matter. Records are no deeper than
// depth_max.
void DedupeStep::append(const Record& record, NodeId id) {
  if (std::ranges::binary_search(ignored_, id)) return;
  if (id != Record::root && !record.in_array(id)) text_.append(1, '"').append(record.key(id)).append("\":");
  if (is_container(record.type(id))) {
    const bool object = record.type(id) == record::Type::object;
    text_ += object ? '{' : '[';
    for (NodeId child = record.first_child(id); child != record::no_node; child = record.next_sibling(child))
      append(record, child);
    text_ += object ? '}' : ']';
  } else {
    text_ += record.value(id);
  }
  text_ += ',';
}

const component::StepType step_type = component::make_step_type<DedupeConfig, DedupeStep>(
    "dedupe", "Lets a record through once in a time.", dedupe_schema());

}  // namespace towline::dedupe
