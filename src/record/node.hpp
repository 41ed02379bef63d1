// The flat index of a record: one Node per JSON value, linked into a tree. Plain data; Record gives it its meaning.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace towline::record {

enum class Type : std::uint8_t { object, array, string, number, boolean, null };

// The type that a JSON text has, by its first byte (the text is valid JSON without white space before it).
constexpr Type type_of(char first) {
  switch (first) {
    case '{':
      return Type::object;
    case '[':
      return Type::array;
    case '"':
      return Type::string;
    case 't':
    case 'f':
      return Type::boolean;
    case 'n':
      return Type::null;
    default:
      return Type::number;
  }
}

// A node's number. The root is 0; as the root is nobody's child or sibling, 0 also says "none" there.
using NodeId = std::uint32_t;
inline constexpr NodeId no_node = 0;

// Offsets count bytes of the record's source text. A node that an edit added has none (all 0), its text is in the edit.
struct Node {
  enum Flag : std::uint8_t {
    removed = 1,         // not written; stays in the sibling chain, so that removing costs nothing
    placed = 2,          // put where it is by an edit: its neighbours in the source text are not its neighbours now
    dirty = 4,           // this node or one inside it was edited: it can't be copied as one piece
    key_escaped = 8,     // the key holds a backslash
    value_escaped = 16,  // the value is a string that holds a backslash
    fresh = 32,          // the value is an object or array that an edit made: it has no text, only children
  };

  std::uint32_t key_begin;  // the key without its quotes; 0 for the root and the elements of an array
  std::uint32_t key_end;
  std::uint32_t value_begin;  // the value, a string with its quotes
  std::uint32_t value_end;
  NodeId parent;
  NodeId next;         // the sibling after this one, removed ones included
  NodeId first_child;  // removed ones included
  std::uint32_t edit;  // 1 + index into the record's edits; 0: key and value are those of the source text
  Type type;
  std::uint8_t flags;

  bool has(Flag flag) const { return (flags & flag) != 0; }
  std::uint32_t member_begin() const { return key_begin == 0 ? value_begin : key_begin - 1; }
};

// A growing array of nodes that does not initialise what it allocates (a record's index is written once anyway).
class NodeList {
 public:
  NodeList() = default;
  NodeList(const NodeList& other) { *this = other; }
  NodeList& operator=(const NodeList& other) {
    if (this == &other) return *this;
    start(other.size_);
    std::copy_n(other.nodes_.get(), other.size_, nodes_.get());
    size_ = other.size_;
    return *this;
  }

  // Forgets all nodes and makes room for `count`.
  void start(std::size_t count) {
    size_ = 0;
    if (count <= capacity_) return;
    nodes_ = std::make_unique_for_overwrite<Node[]>(count);
    capacity_ = count;
  }
  void release() {
    nodes_.reset();
    size_ = capacity_ = 0;
  }

  NodeId push(const Node& node) {
    if (size_ == capacity_) grow();
    nodes_[size_] = node;
    return static_cast<NodeId>(size_++);
  }

  Node* data() { return nodes_.get(); }
  void set_size(std::size_t size) { size_ = size; }  // after writing through data()
  Node& operator[](NodeId id) { return nodes_[id]; }
  const Node& operator[](NodeId id) const { return nodes_[id]; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }

 private:
  void grow() {
    const std::size_t capacity = std::max<std::size_t>(64, capacity_ * 2);
    auto nodes = std::make_unique_for_overwrite<Node[]>(capacity);
    std::copy_n(nodes_.get(), size_, nodes.get());
    nodes_ = std::move(nodes);
    capacity_ = capacity;
  }

  std::unique_ptr<Node[]> nodes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace towline::record
