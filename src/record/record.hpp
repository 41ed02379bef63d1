// A record: the bytes of one JSON object, a flat index over them, and the edits that steps queue. Nothing is changed
// until write() splices the result: bytes that no edit touched are copied as they are (key order, number precision,
// escapes, white space). Values are never converted; a number of any size stays the text that it is.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "record/json_text.hpp"
#include "record/limits.hpp"
#include "record/node.hpp"
#include "record/parse_error.hpp"
#include "record/path.hpp"
#include "record/structural_index.hpp"

namespace towline::record {

// Reused from record to record: it keeps its memory, and gives it back after a giant. One thread at a time.
// A copy (for fan-out) refers to the same source text, has its own edits, and is as good as the original.
class Record {
 public:
  static constexpr NodeId root = 0;

  Record() = default;
  Record(const Record& other) { *this = other; }
  Record& operator=(const Record& other);

  // Begins a new record from one JSON object; white space around it and a byte order mark before it are skipped. At
  // least `padding` bytes after `json` must be readable; all must stay valid and unchanged until the record is written.
  // What is accepted is exactly RFC 8259 within the limits; duplicate keys are kept, each is a node of its own.
  // After an error the record is empty (an empty object).
  [[nodiscard]] ParseError parse(std::string_view json, WallTime received);

  // Begins a new record around text that isn't one JSON object:
  //   {"dt":"<received>","message":"<text>","towline":{"error":"<cause>"}}
  // Bytes that aren't UTF-8 become U+FFFD, control characters are escaped, a byte order mark at the start is skipped.
  // `lost_bytes` says how much of the line's end is missing. Then up to cut_max more bytes are left out (a secret that
  // was cut in two would be recognised by nobody) and "truncated_bytes" says how many are missing in all.
  void wrap(std::string_view text, std::string_view cause, WallTime received, std::uint64_t lost_bytes = 0);
  static constexpr std::size_t cut_max = 1024;  // and up to 64 more, where that would fall into a run of digits
  // Where such a line ends then.
  static std::size_t safe_end(std::string_view text);

  bool wrapped() const { return wrapped_; }
  // Whether the end of the line was missing, so that what is left of it, in whatever strings it stands by now, may end
  // in half of something that was encoded. A step that has seen to that says so: then it isn't said to the next one.
  bool cut() const { return cut_; }
  void settle_cut() { cut_ = false; }
  WallTime received() const { return received_; }

  // --- reading; what earlier steps did is visible, removed values are not there ---

  Type type(NodeId id) const { return nodes_[id].type; }
  NodeId parent(NodeId id) const { return nodes_[id].parent; }
  NodeId first_child(NodeId id) const { return skip_removed(nodes_[id].first_child); }
  NodeId next_sibling(NodeId id) const { return skip_removed(nodes_[id].next); }

  // The node after this one in document order (first the children, then the siblings); no_node at the end of the
  // record, or of the value `top` that it is in.
  NodeId next_in_order(NodeId id, NodeId top = root) const {
    if (const NodeId child = first_child(id); child != no_node) return child;
    return next_after(id, top);
  }
  // The same without entering the node itself.
  NodeId next_after(NodeId id, NodeId top = root) const {
    for (; id != top; id = nodes_[id].parent) {
      if (const NodeId sibling = next_sibling(id); sibling != no_node) return sibling;
    }
    return no_node;
  }

  // The key as JSON text without its quotes; empty for the root and elements. Valid until the next edit.
  std::string_view key(NodeId id) const {
    const Node& node = nodes_[id];
    return edited_key(id) ? text(edits_[node.edit - 1].key) : text(node.key_begin, node.key_end);
  }
  bool key_escaped(NodeId id) const { return nodes_[id].has(Node::key_escaped); }
  bool key_is(NodeId id, std::string_view decoded) const {
    return key_escaped(id) ? decodes_to(key(id), decoded) : key(id) == decoded;
  }
  bool in_array(NodeId id) const { return id != root && nodes_[nodes_[id].parent].type == Type::array; }

  // The value as JSON text, a string with its quotes. For an object or array that was edited inside, the original, and
  // for one that an edit made, an empty one: write() gives them as they are now. Valid until the next edit.
  std::string_view value(NodeId id) const;
  bool value_escaped(NodeId id) const { return nodes_[id].has(Node::value_escaped); }

  // The first member of this name; no_node if there is none or `object` isn't an object.
  NodeId find(NodeId object, std::string_view decoded_key) const;

  // Calls visit(NodeId) for every value that the path means, duplicates included. `visit` may edit what it is given,
  // but not add members to objects on the way.
  template <class Visit>
  void each(const Path& path, Visit&& visit) const {
    each_below(root, path.segments(), 0, visit);
  }

  // The original text, and where a node stands in it, for steps that search the text as a whole. Where an edit
  // replaced key or value, edited_key() or edited_value() is true and the offsets are those of the original.
  std::string_view source() const { return source_; }
  const Node& node(NodeId id) const { return nodes_[id]; }
  // All nodes have numbers below this, removed ones and what is in them included. As long as no edit has added or moved
  // any, they are in document order.
  NodeId nodes_end() const { return static_cast<NodeId>(nodes_.size()); }
  bool added_nodes() const { return nodes_.size() != parsed_nodes_; }
  bool edited_key(NodeId id) const { return nodes_[id].edit != 0 && edits_[nodes_[id].edit - 1].key.set(); }
  bool edited_value(NodeId id) const {
    return nodes_[id].has(Node::fresh) || (nodes_[id].edit != 0 && edits_[nodes_[id].edit - 1].value.set());
  }

  // --- edits; keys are given decoded, values as JSON text of a scalar; neither may be a view of this record's edits
  // ---

  void set_key(NodeId member, std::string_view decoded_key);
  void set_value(NodeId id, std::string_view json_scalar);
  void set_string(NodeId id, std::string_view text);                 // valid UTF-8, not escaped
  void make_object(NodeId id) { make_container(id, Type::object); }  // replaces the value by {}; not the root
  void make_array(NodeId id) { make_container(id, Type::array); }    // by []
  void remove(NodeId id);                                            // not the root

  enum class Where : std::uint8_t { first, last };
  NodeId insert(NodeId object, std::string_view decoded_key, std::string_view json_scalar, Where where = Where::last);
  NodeId append_element(NodeId array, std::string_view json_scalar);
  // Takes the member out and appends it to another object (that is not inside it), under its own key or a new one.
  NodeId move(NodeId member, NodeId object);
  NodeId move(NodeId member, NodeId object, std::string_view decoded_key);
  // To copy whole values: graft(), in record/graft.hpp.

  // Inserts `field` with the time of receipt as the first member, if the record has no member of that name. Returns the
  // new member, no_node where there was one.
  NodeId ensure_time(std::string_view field);

  // Appends the record, or one value of it, as one line of JSON, without a line end. Changes nothing.
  void write(std::string& out, NodeId id = root) const;

 private:
  friend class Graft;

  struct Text {  // a piece of arena_
    std::uint32_t begin = 0;
    std::uint32_t end = 0;  // 0: not set (no text of an edit is at the very beginning of the arena)
    bool set() const { return end != 0; }
  };
  struct Edit {
    Text key;    // escaped, without quotes
    Text value;  // JSON text
  };

  NodeId skip_removed(NodeId id) const {
    while (id != no_node && nodes_[id].has(Node::removed)) id = nodes_[id].next;
    return id;
  }
  std::string_view text(Text piece) const { return {arena_.data() + piece.begin, piece.end - piece.begin}; }
  std::string_view text(std::uint32_t begin, std::uint32_t end) const { return {source_.data() + begin, end - begin}; }

  template <class Visit>
  void each_below(NodeId container, const std::vector<Path::Segment>& segments, std::size_t level, Visit& visit) const {
    std::size_t index = 0;
    for (NodeId child = first_child(container), next; child != no_node; child = next, ++index) {
      next = next_sibling(child);
      if (!matches(child, index, segments[level])) continue;
      if (level + 1 == segments.size())
        visit(child);
      else
        each_below(child, segments, level + 1, visit);
    }
  }
  bool matches(NodeId child, std::size_t index, const Path::Segment& segment) const {
    if (segment.any) return true;
    return in_array(child) ? index == segment.index : key_is(child, segment.text);
  }

  void clear(WallTime received);
  void make_empty();
  Edit& edit(NodeId id);
  void mark_dirty(NodeId id);
  void drop_value(NodeId id);
  void make_container(NodeId id, Type type);
  void append(NodeId container, NodeId child);
  Text arena_key(NodeId id, std::string_view decoded_key);
  void flag(NodeId id, Node::Flag flag, bool on);

  class Splice;
  void write_container(NodeId id, Splice& splice) const;
  void write_key(NodeId id, Splice& splice) const;
  void write_value(NodeId id, Splice& splice) const;

  std::string_view source_;
  NodeList nodes_;
  std::size_t parsed_nodes_ = 0;
  std::vector<Edit> edits_;
  std::string arena_;  // the texts of edits; begins with one unused byte
  std::string wrap_;   // the source text of a wrapped record
  WallTime received_{};
  bool wrapped_ = false;
  bool cut_ = false;
  NodeId appended_to_ = no_node;  // the container that was appended to last,
  NodeId appended_ = no_node;     // and its last child; no_node: not known
  StructuralIndex structure_;     // working memory of parse(); never copied
};

}  // namespace towline::record
