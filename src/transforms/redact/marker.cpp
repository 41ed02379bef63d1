#include "transforms/redact/marker.hpp"

#include <algorithm>

#include "base/json_string.hpp"

namespace towline::redact {

namespace {

using record::NodeId;
using record::Record;
using record::Type;

constexpr std::string_view object_name = "towline";
constexpr std::string_view list_name = "redacted";

// The member of this name and type, a new one if there is none; no_node if there is one of another type.
NodeId member_of(Record& record, NodeId object, std::string_view name, Type type) {
  const NodeId found = record.find(object, name);
  if (found != record::no_node) return record.type(found) == type ? found : record::no_node;
  const NodeId made = record.insert(object, name, "null");
  if (type == Type::object)
    record.make_object(made);
  else
    record.make_array(made);
  return made;
}

bool has_element(const Record& record, NodeId list, std::string_view json) {
  for (NodeId id = record.first_child(list); id != record::no_node; id = record.next_sibling(id)) {
    if (record.value(id) == json) return true;
  }
  return false;
}

}  // namespace

void Marker::add(std::string_view field, std::string_view detector) {
  if (entries_.size() == entries_max) {
    entries_.back() = "other";
    return;
  }
  const auto is_it = [&](std::string_view entry) {
    return entry.size() == field.size() + 1 + detector.size() && entry.starts_with(field) && entry.ends_with(detector);
  };
  if (std::any_of(entries_.begin(), entries_.end(), is_it)) return;
  entries_.emplace_back(field).append(1, ':').append(detector);
}

void Marker::write(Record& record) {
  if (entries_.empty()) return;
  const NodeId object = member_of(record, Record::root, object_name, Type::object);
  if (object == record::no_node) return;
  const NodeId list = member_of(record, object, list_name, Type::array);
  if (list == record::no_node) return;
  for (const std::string& entry : entries_) {
    json_.clear();
    append_json_string(json_, entry);
    if (!has_element(record, list, json_)) record.append_element(list, json_);
  }
}

bool Marker::holds(const Record& record, NodeId id) {
  if (id == Record::root || !record.in_array(id)) return false;
  const NodeId list = record.parent(id);
  const NodeId object = list == Record::root ? Record::root : record.parent(list);
  return object != Record::root && record.parent(object) == Record::root && !record.in_array(list) &&
         record.key_is(list, list_name) && record.key_is(object, object_name);
}

}  // namespace towline::redact
