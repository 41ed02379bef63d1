// Splices a record: the source text, with the pieces that edits replaced.
#include <string>
#include <string_view>

#include "record/record.hpp"

namespace towline::record {

// Gathers neighbouring pieces of the source text, so that each run is copied once.
class Record::Splice {
 public:
  Splice(std::string_view source, std::string& out) : source_(source), out_(out) {}
  ~Splice() { flush(); }
  Splice(const Splice&) = delete;
  Splice& operator=(const Splice&) = delete;

  void copy(std::uint32_t begin, std::uint32_t end) {
    if (begin != run_end_) {
      flush();
      run_begin_ = begin;
    }
    run_end_ = end;
  }

  // Copies the white space before `end` and returns nothing else.
  void copy_space_before(std::uint32_t end) {
    std::uint32_t begin = end;
    while (source_[begin - 1] == ' ' || source_[begin - 1] == '\t' || source_[begin - 1] == '\r' ||
           source_[begin - 1] == '\n') {
      --begin;
    }
    copy(begin, end);
  }

  void put(std::string_view text) {
    flush();
    out_ += text;
  }

 private:
  void flush() {
    out_ += source_.substr(run_begin_, run_end_ - run_begin_);
    run_begin_ = run_end_;
  }

  std::string_view source_;
  std::string& out_;
  std::uint32_t run_begin_ = 0;
  std::uint32_t run_end_ = 0;
};

void Record::write(std::string& out, NodeId id) const {
  Splice splice(source_, out);
  write_value(id, splice);
}

void Record::write_value(NodeId id, Splice& splice) const {
  const Node& node = nodes_[id];
  if (!node.has(Node::dirty))
    splice.copy(node.value_begin, node.value_end);
  else if (edited_value(id) && !node.has(Node::fresh))
    splice.put(text(edits_[node.edit - 1].value));
  else if (node.type == Type::object || node.type == Type::array)
    write_container(id, splice);
  else
    splice.copy(node.value_begin, node.value_end);
}

// As long as a member follows the one that it followed in the source, what stands between them is copied, too.
void Record::write_container(NodeId id, Splice& splice) const {
  const Node& container = nodes_[id];
  bool in_step = !container.has(Node::fresh);
  bool first = true;
  std::uint32_t written = container.value_begin + 1;
  if (in_step)
    splice.copy(container.value_begin, written);
  else
    splice.put(container.type == Type::object ? "{" : "[");
  for (NodeId child = container.first_child; child != no_node; child = nodes_[child].next) {
    const Node& node = nodes_[child];
    if (node.has(Node::removed)) {
      in_step = false;
      continue;
    }
    const bool placed = node.has(Node::placed);
    if (!first && (placed || !in_step)) splice.put(",");
    if (!placed && in_step) splice.copy(written, node.member_begin());
    if (!placed && !in_step && !first) splice.copy_space_before(node.member_begin());
    write_key(child, splice);
    write_value(child, splice);
    in_step = !placed;
    written = node.value_end;
    first = false;
  }
  if (in_step)
    splice.copy(written, container.value_end);
  else
    splice.put(container.type == Type::object ? "}" : "]");
}

// The key with its quotes and colon; nothing for an element of an array.
void Record::write_key(NodeId id, Splice& splice) const {
  const Node& node = nodes_[id];
  if (!edited_key(id)) {
    splice.copy(node.member_begin(), node.value_begin);
    return;
  }
  splice.put("\"");
  splice.put(text(edits_[node.edit - 1].key));
  if (node.has(Node::placed))
    splice.put("\":");
  else
    splice.copy(node.key_end, node.value_begin);
}

}  // namespace towline::record
