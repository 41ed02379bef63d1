#include "transforms/object_path.hpp"

#include <algorithm>
#include <string>

#include "record/graft.hpp"

namespace towline::transforms {

namespace {

using record::NodeId;
using record::Record;

NodeId element(const Record& record, NodeId array, std::size_t index) {
  NodeId child = record.first_child(array);
  for (; child != record::no_node && index > 0; --index) child = record.next_sibling(child);
  return child;
}

NodeId child_of(const Record& record, NodeId container, const record::Path::Segment& segment) {
  const bool array = record.type(container) == record::Type::array;
  return array ? element(record, container, segment.index) : record.find(container, segment.text);
}

bool is_container(const Record& record, NodeId id) {
  return record.type(id) == record::Type::object || record.type(id) == record::Type::array;
}

bool is_one_of(NodeId id, std::span<const NodeId> ids) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool is_inside(const Record& record, NodeId id, std::span<const NodeId> ids) {
  for (; id != Record::root; id = record.parent(id)) {
    if (is_one_of(id, ids)) return true;
  }
  return false;
}

std::optional<NodeId> child_container(Record& record, NodeId container, const record::Path::Segment& segment) {
  NodeId child = child_of(record, container, segment);
  if (child == record::no_node && record.type(container) == record::Type::array) return std::nullopt;
  if (child == record::no_node) child = record.insert(container, segment.text, "null");
  if (!is_container(record, child)) record.make_object(child);
  return child;
}

// What one of several copies takes, of which none may be inside of what is copied: each would be larger than the last.
std::size_t bytes_of_copy(const Record& to, const record::Path& path, const Record& from, NodeId what) {
  bool inside = false;
  if (&to == &from) {
    to.each(path, [&](NodeId id) { inside = inside || (id != what && is_inside(to, id, {&what, 1})); });
  }
  if (inside) return SIZE_MAX;
  std::string text;
  from.write(text, what);
  return text.size();
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
    const bool array = record.type(container) == record::Type::array;
    const NodeId child = child_of(record, container, path.segments()[level]);
    if (child == record::no_node || is_one_of(child, leaving)) return !array;
    if (!is_container(record, child)) return true;
    container = child;
  }
  return record.type(container) == record::Type::object;
}

Way way_to(const Record& record, const record::Path& path, std::span<const NodeId> leaving) {
  bool found = false;
  record.each(path, [&](NodeId id) { found = found || !is_inside(record, id, leaving); });
  if (found) return Way::occupied;
  NodeId container = Record::root;
  for (const record::Path::Segment& segment : path.segments()) {
    if (!is_container(record, container)) return Way::occupied;
    const bool array = record.type(container) == record::Type::array;
    const NodeId child = child_of(record, container, segment);
    if (child == record::no_node || is_one_of(child, leaving)) return array ? Way::closed : Way::clear;
    container = child;
  }
  return Way::occupied;
}

std::size_t growth_max(const Record& record) {
  constexpr std::size_t times = 4;
  constexpr std::size_t always = std::size_t{64} * 1024;
  return record.source().size() * times + always;
}

Places find_places(const Record& record, const record::Path& path) {
  Places places;
  record.each(path, [&](NodeId id) { places = {places.count + 1, id}; });
  return places;
}

Put put_copy(Record& to, const record::Path& path, const Record& from, NodeId what) {
  if (!record::fits(to, path, from, what)) return Put::limit;
  bool all = true;
  const auto bytes = [&] { return bytes_of_copy(to, path, from, what); };
  const auto put = [&](NodeId id) { all = record::graft(to, id, from, what) && all; };
  if (replace_each(to, path, bytes, put)) return all ? Put::done : Put::limit;
  if (!can_make_parent(to, path, {})) return Put::no_place;
  // The copy is made before the objects on the way: these may be inside of what is copied.
  const NodeId copy = to.insert(Record::root, "", "null");
  const bool copied = record::graft(to, copy, from, what);
  const std::optional<NodeId> object = copied ? make_parent(to, path) : std::nullopt;
  if (object) to.move(copy, *object, path.segments().back().text);
  if (!object) to.remove(copy);
  return object ? Put::done : Put::limit;
}

std::optional<NodeId> find_last(const Record& record, const record::Path& path) {
  const Places places = find_places(record, path);
  return places.count > 0 ? std::optional(places.last) : std::nullopt;
}

}  // namespace towline::transforms
