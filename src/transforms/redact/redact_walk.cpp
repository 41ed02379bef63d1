// How RedactStep goes through the values of a record: keys before what they name. Almost all are passed over after a
// look at where the search of the whole text has found something.
#include <algorithm>
#include <array>

#include "transforms/redact/redact.hpp"

namespace towline::redact {

namespace {

using record::Node;
using record::NodeId;
using record::Record;
using record::Type;

using Characters = std::array<bool, 256>;

constexpr Characters begin_structure = [] {
  Characters table{};
  for (unsigned c = 0; c < table.size(); ++c) table[c] = begins_structure(static_cast<char>(c));
  return table;
}();
constexpr Characters all_characters = [] {
  Characters table{};
  table.fill(true);
  return table;
}();

// Whether a node is more than what stands in the source text: it was edited, or is escaped; or its name may be a
// sensitive one, or its value has structure or a size that needs a look. Records are too different for branches to be
// foreseen, so there are none; what is read where there is no key, or no string, counts for nothing (a record's text is
// followed by padding).
template <class Looked>
inline bool needs_look(const Looked& looked, const Node& node) {
  constexpr unsigned escaped = Node::key_escaped | Node::value_escaped;
  const std::size_t key_end = std::max<std::size_t>(node.key_end, KeyEnds::size);
  const auto first = static_cast<unsigned char>(looked.source[node.value_begin + 1]);
  const bool begins = looked.begins[first];
  const bool large = node.value_end - node.value_begin >= looked.number_size_min;
  const std::uint64_t reasons = looked.key_ends.candidates_before(looked.source + key_end) | node.edit |
                                (node.flags & escaped) | static_cast<unsigned>((node.type == Type::string) & begins) |
                                static_cast<unsigned>((node.type == Type::number) & large);
  return reasons != 0;
}

// Where the part of a node ends in which marks count: its key, and its value if that is a string.
inline std::uint32_t marked_end(const Node& node) {
  return node.type == Type::string ? node.value_end : node.key_end;
}

bool is_removed(const Record& record, NodeId id) {
  return record.node(id).has(Node::removed);
}

// Whether a node is still in the record, of which no node was moved: neither it nor what it is in was taken out.
bool is_there(const Record& record, NodeId id) {
  for (; id != Record::root; id = record.parent(id)) {
    const Node& parent = record.node(record.parent(id));
    const bool holds = (parent.type == Type::object || parent.type == Type::array) && !parent.has(Node::fresh);
    if (is_removed(record, id) || !holds) return false;
  }
  return true;
}

}  // namespace

// What is looked for in the nodes of a record.
struct RedactStep::Looked {
  const char* source;
  const KeyEnds& key_ends;
  const Characters& begins;  // strings that need a look begin with
  std::size_t number_size_min;
};

// All values in the record whose text was searched.
void RedactStep::examine_marked(Record& record) {
  const Looked looked{record.source().data(), names_.ends(), wrapped_ ? all_characters : begin_structure,
                      number_size_min_};
  if (!record.added_nodes()) {
    examine_in_order(record, looked);
    return;
  }
  for (NodeId id = record.next_in_order(Record::root); id != record::no_node && !dropped_;) {
    const Node& node = record.node(id);
    const bool look = needs_look(looked, node) || is_marked(record, node);
    const bool enter = !look || examine_node({record, id, 0});
    id = enter ? record.next_in_order(id) : record.next_after(id);
  }
}

// The same as long as nodes are in document order: without following links. The mark that was met last is then that of
// this node or of one behind it.
void RedactStep::examine_in_order(Record& record, const Looked& looked) {
  const NodeId end = record.nodes_end();
  for (NodeId id = 1; id < end && !dropped_; ++id) {
    const Node* node = &record.node(id);
    while (!needs_look(looked, *node) && marked_end(*node) <= mark_ && ++id < end) ++node;
    if (id == end) return;
    const bool look = needs_look(looked, *node) || is_marked(record, *node);
    if (look && is_there(record, id)) examine_node({record, id, 0});
  }
}

// All values in one that is an object or a list.
void RedactStep::examine_below(Record& record, NodeId top, std::size_t level) {
  for (NodeId id = record.next_in_order(top, top); id != record::no_node && !dropped_;) {
    const bool enter = examine_node({record, id, level});
    id = enter ? record.next_in_order(id, top) : record.next_after(id, top);
  }
}

// Returns whether what is in it has to be examined, too.
bool RedactStep::examine_node(const Place& place) {
  auto& [record, id, level] = place;
  FieldNames& names = names_at(level);
  const bool member = !record.in_array(id);
  bool sensitive = member && names.sensitive(record.key(id), record.key_escaped(id));
  const bool allowed = allows_fields_ && is_allowed(place);
  if (member && examine_key(place)) sensitive = sensitive || names.sensitive(record.key(id), record.key_escaped(id));
  if (!allowed && !is_removed(record, id)) examine(place, sensitive);
  return !allowed && !is_removed(record, id);
}

// Whether a key, or a value that is a string, has a mark.
bool RedactStep::is_marked(const Record& record, const Node& node) {
  return !is_unmarked(record, node.member_begin(), marked_end(node));
}

// Nodes come in the order of the text, but for those that an earlier step has moved.
bool RedactStep::is_unmarked(const Record& record, std::uint32_t begin, std::uint32_t end) {
  if (mark_ < begin || begin < marks_from_) mark_ = redactor_.next_mark(record.source(), begin);
  marks_from_ = begin;
  return mark_ >= end;
}

}  // namespace towline::redact
