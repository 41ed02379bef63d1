#include "transforms/object_path.hpp"

#include <algorithm>

namespace towline::transforms {

namespace {

using record::NodeId;
using record::Record;

NodeId element(const Record& record, NodeId array, std::size_t index) {
  NodeId child = record.first_child(array);
  for (; child != record::no_node && index > 0; --index) child = record.next_sibling(child);
  return child;
}

std::optional<NodeId> child_container(Record& record, NodeId container, const record::Path::Segment& segment) {
  const bool array = record.type(container) == record::Type::array;
  NodeId child = array ? element(record, container, segment.index) : record.find(container, segment.text);
  if (child == record::no_node && array) return std::nullopt;
  if (child == record::no_node) child = record.insert(container, segment.text, "null");
  const record::Type type = record.type(child);
  if (type != record::Type::object && type != record::Type::array) record.make_object(child);
  return child;
}

}  // namespace

std::optional<NodeId> make_parent(Record& record, const record::Path& path) {
  NodeId container = Record::root;
  for (std::size_t level = 0; level + 1 < path.segments().size(); ++level) {
    const std::optional<NodeId> next = child_container(record, container, path.segments()[level]);
    if (!next) return std::nullopt;
    container = *next;
  }
  if (record.type(container) != record::Type::object) return std::nullopt;
  return container;
}

bool can_make_parent(const Record& record, const record::Path& path, std::span<const NodeId> leaving) {
  NodeId container = Record::root;
  for (std::size_t level = 0; level + 1 < path.segments().size(); ++level) {
    const record::Path::Segment& segment = path.segments()[level];
    const bool array = record.type(container) == record::Type::array;
    const NodeId child = array ? element(record, container, segment.index) : record.find(container, segment.text);
    if (child == record::no_node) return !array;
    if (std::find(leaving.begin(), leaving.end(), child) != leaving.end()) return !array;
    const record::Type type = record.type(child);
    if (type != record::Type::object && type != record::Type::array) return true;
    container = child;
  }
  return record.type(container) == record::Type::object;
}

}  // namespace towline::transforms
