#include "transforms/metric/emf.hpp"

#include <chrono>
#include <utility>

#include "base/json_string.hpp"
#include "record/json_text.hpp"

namespace towline::metric {

using record::NodeId;
using record::Record;
using record::Type;

namespace {

std::string json_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

NodeId insert_object(Record& record, NodeId object, std::string_view key) {
  const NodeId id = record.insert(object, key, "null");
  record.make_object(id);
  return id;
}

NodeId insert_array(Record& record, NodeId object, std::string_view key) {
  const NodeId id = record.insert(object, key, "null");
  record.make_array(id);
  return id;
}

NodeId append_object(Record& record, NodeId array) {
  const NodeId id = record.append_element(array, "null");
  record.make_object(id);
  return id;
}

std::string milliseconds(WallTime time) {
  return std::to_string(std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

bool is_text(const Record& record, NodeId id, std::string_view text) {
  if (record.type(id) != Type::string) return false;
  const std::string_view value = record.value(id);
  return record::decodes_to(value.substr(1, value.size() - 2), text);
}

}  // namespace

Emf::Emf(Options options)
    : options_(std::move(options)),
      namespace_json_(json_string(options_.metric_namespace)),
      name_json_(json_string(options_.name)),
      unit_json_(json_string(options_.unit)) {
  for (const std::string& label : options_.labels) label_json_.push_back(json_string(label));
}

Emf::Result Emf::add(Record& record, std::string_view number, const std::vector<std::string>& labels) const {
  const Result result = look(record, number, labels);
  if (result != Result::added) return result;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].empty() || record.find(Record::root, options_.labels[i]) != record::no_node) continue;
    record.set_string(record.insert(Record::root, options_.labels[i], "null"), labels[i]);
  }
  if (record.find(Record::root, options_.name) == record::no_node) record.insert(Record::root, options_.name, number);

  NodeId aws = record.find(Record::root, "_aws");
  if (aws == record::no_node) {
    aws = insert_object(record, Record::root, "_aws");
    record.insert(aws, "Timestamp", milliseconds(record.received()));
    insert_array(record, aws, "CloudWatchMetrics");
  }
  describe(record, directives(record, aws), labels);
  return Result::added;
}

NodeId Emf::directives(const Record& record, NodeId aws) {
  const NodeId list = record.find(aws, "CloudWatchMetrics");
  return list != record::no_node && record.type(list) == Type::array ? list : record::no_node;
}

// What is in the way of it.
Emf::Result Emf::look(const Record& record, std::string_view number, const std::vector<std::string>& labels) const {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].empty()) continue;
    if (labels[i].size() > dimension_bytes_max) return Result::too_long;
    const NodeId there = record.find(Record::root, options_.labels[i]);
    if (there != record::no_node && !is_text(record, there, labels[i])) return Result::taken;
  }
  const NodeId there = record.find(Record::root, options_.name);
  if (there != record::no_node && record.value(there) != number) return Result::taken;
  const NodeId aws = record.find(Record::root, "_aws");
  if (aws != record::no_node && directives(record, aws) == record::no_node) return Result::taken;
  return Result::added;
}

void Emf::describe(Record& record, NodeId list, const std::vector<std::string>& labels) const {
  const NodeId directive = append_object(record, list);
  record.insert(directive, "Namespace", namespace_json_);
  const NodeId sets = insert_array(record, directive, "Dimensions");
  const NodeId set = record.append_element(sets, "null");
  record.make_array(set);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!labels[i].empty()) record.append_element(set, label_json_[i]);
  }
  const NodeId metric = append_object(record, insert_array(record, directive, "Metrics"));
  record.insert(metric, "Name", name_json_);
  record.insert(metric, "Unit", unit_json_);
}

}  // namespace towline::metric
