#include "record/graft.hpp"

#include <algorithm>

namespace towline::record {

namespace {

bool is_container(Type type) {
  return type == Type::object || type == Type::array;
}

}  // namespace

// One copy. Within a record nodes share the text that they stand for, and what was never edited is still copied as one
// piece when it is written. From another record the texts are copied into the arena.
class Graft {
 public:
  Graft(Record& to, const Record& from) : to_(to), from_(from), within_(&to == &from) {}

  // In `depth` objects and arrays, with `made` more values that have to be made before.
  static bool fits(const Record& to, std::size_t depth, std::size_t made, const Record& from, NodeId what) {
    const Extent extent = record::extent(from, what);
    const std::size_t bytes = &to == &from ? 0 : from.source_.size() + from.arena_.size();
    return depth + extent.height <= depth_max && to.nodes_.size() + made + extent.values - 1 <= values_max &&
           to.arena_.size() + bytes <= bytes_max;
  }

  void replace(NodeId at, NodeId what) {
    const Type type = from_.type(what);
    if (!is_container(type)) return replace_by_scalar(at, what);
    const NodeId first = copy_children(what, at, true);  // before `at` changes: it may be inside of `what`
    to_.make_container(at, type);
    to_.nodes_[at].first_child = first;
  }

 private:
  void replace_by_scalar(NodeId at, NodeId what) {
    if (!within_ || !from_.edited_value(what)) return to_.set_value(at, from_.value(what));
    const Record::Text text = from_.edits_[from_.nodes_[what].edit - 1].value;
    to_.drop_value(at);
    to_.edit(at).value = text;
    to_.nodes_[at].type = from_.type(what);
    to_.flag(at, Node::value_escaped, from_.value_escaped(what));
  }

  // Returns the first of the copies. Placed ones are written one by one, the others with the text between them.
  NodeId copy_children(NodeId container, NodeId parent, bool placed) {
    NodeId first = no_node;
    NodeId last = no_node;
    for (NodeId child = from_.first_child(container); child != no_node; child = from_.next_sibling(child)) {
      const NodeId copy = within_ ? copy_own(child, parent, placed) : copy_foreign(child, parent);
      (first == no_node ? first : to_.nodes_[last].next) = copy;
      last = copy;
    }
    return first;
  }

  // Nothing inside of a container that isn't dirty was removed or placed: its copy is written from the same text.
  NodeId copy_own(NodeId id, NodeId parent, bool placed) {
    Node node = to_.nodes_[id];
    const bool container = is_container(node.type);
    node.parent = parent;
    node.next = node.first_child = no_node;
    if (placed) node.flags |= Node::placed;
    if (container && node.has(Node::dirty)) node.flags |= Node::fresh;
    if (node.edit != 0) {
      const Record::Edit edit = to_.edits_[node.edit - 1];
      to_.edits_.push_back(edit);
      node.edit = static_cast<std::uint32_t>(to_.edits_.size());
    }
    const NodeId copy = to_.nodes_.push(node);
    return container ? with_children(copy, id, node.has(Node::fresh)) : copy;
  }

  NodeId copy_foreign(NodeId id, NodeId parent) {
    const Type type = from_.type(id);
    const bool container = is_container(type);
    const auto kept = static_cast<std::uint8_t>(from_.nodes_[id].flags & (Node::key_escaped | Node::value_escaped));
    const auto flags = static_cast<std::uint8_t>(kept | Node::placed | Node::dirty | (container ? Node::fresh : 0));
    const NodeId copy = to_.nodes_.push({0, 0, 0, 0, parent, no_node, no_node, 0, type, flags});
    if (!from_.in_array(id)) to_.edit(copy).key = keep(from_.key(id));
    if (container) return with_children(copy, id, true);
    to_.edit(copy).value = keep(from_.value(id));
    return copy;
  }

  NodeId with_children(NodeId copy, NodeId original, bool placed) {
    const NodeId first = copy_children(original, copy, placed);
    to_.nodes_[copy].first_child = first;
    return copy;
  }

  Record::Text keep(std::string_view text) {
    const auto begin = static_cast<std::uint32_t>(to_.arena_.size());
    to_.arena_ += text;
    return {begin, static_cast<std::uint32_t>(to_.arena_.size())};
  }

  Record& to_;
  const Record& from_;
  bool within_;
};

Extent extent(const Record& record, NodeId id) {
  Extent extent{1, is_container(record.type(id)) ? std::size_t{1} : std::size_t{0}};
  for (NodeId child = record.first_child(id); child != no_node; child = record.next_sibling(child)) {
    const Extent inner = record::extent(record, child);
    extent.values += inner.values;
    extent.height = std::max(extent.height, inner.height + 1);
  }
  return extent;
}

std::size_t depth(const Record& record, NodeId id) {
  std::size_t depth = 0;
  for (; id != Record::root; id = record.parent(id)) ++depth;
  return depth;
}

bool graft(Record& to, NodeId at, const Record& from, NodeId what) {
  if (!Graft::fits(to, depth(to, at), 0, from, what)) return false;
  if (&to != &from || at != what) Graft(to, from).replace(at, what);
  return true;
}

bool fits(const Record& to, const Path& at, const Record& from, NodeId what) {
  return Graft::fits(to, at.segments().size(), at.segments().size(), from, what);
}

}  // namespace towline::record
