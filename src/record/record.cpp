#include "record/record.hpp"

#include <algorithm>
#include <cstring>

#include "base/check.hpp"
#include "base/json_string.hpp"
#include "record/grammar.hpp"
#include "record/json_text.hpp"
#include "record/time_format.hpp"

namespace towline::record {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// What a record keeps for the next one; a giant may use more and gives it back.
constexpr std::size_t nodes_kept = 8192;
constexpr std::size_t bytes_kept = std::size_t{128} * 1024;

void clear_text(std::string& text) {
  if (text.capacity() > bytes_kept) text = std::string();
  text.clear();
}

bool is_delimiter(char c) {
  return std::string_view(" \t\r\n,;&|\"'()[]{}<>=:?").find(c) != std::string_view::npos;
}

std::size_t word_begin(std::string_view text, std::size_t end) {
  while (end > 0 && !is_delimiter(text[end - 1])) --end;
  return end;
}

bool has_digit(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Blanks may stand within a card number or an IBAN, which has groups without digits, too: back to where such a run of
// groups began. `end` is that of a word, and so is what is returned: no word is cut.
std::size_t before_number(std::string_view text, std::size_t end) {
  constexpr std::size_t letters_max = 4;  // of a group of an IBAN
  const auto word_before = [text](std::size_t behind) {
    const std::size_t begin = word_begin(text, behind);
    return text.substr(begin, behind - begin);
  };
  for (;;) {
    const std::string_view word = word_before(end);
    const std::size_t begin = end - word.size();
    const bool is_behind_blank = begin > 0 && text[begin - 1] == ' ';
    const bool is_group =
        has_digit(word) || (word.size() <= letters_max && is_behind_blank && has_digit(word_before(begin - 1)));
    if (!is_group) return end;
    if (!is_behind_blank) return begin == 0 ? 0 : begin - 1;
    end = begin - 1;
  }
}

}  // namespace

Record& Record::operator=(const Record& other) {
  if (this == &other) return *this;
  source_ = other.source_;
  nodes_ = other.nodes_;
  parsed_nodes_ = other.parsed_nodes_;
  edits_ = other.edits_;
  arena_ = other.arena_;
  received_ = other.received_;
  wrapped_ = other.wrapped_;
  cut_ = other.cut_;
  appended_to_ = other.appended_to_;
  appended_ = other.appended_;
  if (wrapped_) {
    wrap_ = other.wrap_;
    source_ = {wrap_.data(), other.source_.size()};
  }
  return *this;
}

ParseError Record::parse(std::string_view json, WallTime received) {
  clear(received);
  if (json.data() != wrap_.data()) clear_text(wrap_);
  if (json.starts_with(byte_order_mark)) json.remove_prefix(byte_order_mark.size());
  source_ = json;
  ParseError error = ParseError::none;
  const std::size_t first = json.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || json[first] != '{')
    error = ParseError::not_object;
  else if (json.size() > bytes_max)
    error = ParseError::too_long;
  if (error == ParseError::none) error = structure_.find(json);
  if (error == ParseError::none) error = build_nodes(json, structure_, nodes_);
  if (error != ParseError::none) make_empty();
  parsed_nodes_ = nodes_.size();
  return error;
}

// What was being said when it broke off, such as half of a card number, no detector would recognise; so we leave out
// half of cut_max and then go on to the end of a word, within cut_max.
std::size_t Record::safe_end(std::string_view text) {
  if (text.size() <= cut_max) return 0;
  const std::size_t end = text.size() - cut_max / 2;
  const std::size_t least = end - cut_max / 2;
  std::size_t word_end = end;
  while (word_end > least && !is_delimiter(text[word_end])) --word_end;
  return word_end == least ? least : before_number(text, word_end);
}

void Record::wrap(std::string_view text, std::string_view cause, WallTime received, std::uint64_t lost_bytes) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (lost_bytes != 0) {
    const std::size_t end = safe_end(text);
    lost_bytes += text.size() - end;
    text = text.substr(0, end);
  }
  const auto time = format_rfc3339(received);
  clear_text(wrap_);
  wrap_.append("{\"dt\":\"").append(time.data(), time.size()).append("\",\"message\":");
  append_json_string(wrap_, text);
  wrap_.append(",\"towline\":{\"error\":");
  append_json_string(wrap_, cause);
  if (lost_bytes != 0) wrap_.append(",\"truncated_bytes\":").append(std::to_string(lost_bytes));
  wrap_.append("}}");
  const std::size_t size = wrap_.size();
  wrap_.append(padding, '\0');
  CHECK(parse({wrap_.data(), size}, received) == ParseError::none);
  wrapped_ = true;
  cut_ = lost_bytes != 0;
}

std::string_view Record::value(NodeId id) const {
  const Node& node = nodes_[id];
  if (node.has(Node::fresh)) return node.type == Type::object ? "{}" : "[]";
  return edited_value(id) ? text(edits_[node.edit - 1].value) : text(node.value_begin, node.value_end);
}

NodeId Record::find(NodeId object, std::string_view decoded_key) const {
  if (type(object) != Type::object) return no_node;
  NodeId child = first_child(object);
  while (child != no_node && !key_is(child, decoded_key)) child = next_sibling(child);
  return child;
}

void Record::set_key(NodeId member, std::string_view decoded_key) {
  const Text text = arena_key(member, decoded_key);
  edit(member).key = text;
  mark_dirty(member);
}

void Record::set_value(NodeId id, std::string_view json_scalar) {
  drop_value(id);
  const auto begin = static_cast<std::uint32_t>(arena_.size());
  arena_ += json_scalar;
  edit(id).value = {begin, static_cast<std::uint32_t>(arena_.size())};
  nodes_[id].type = type_of(json_scalar.front());
  flag(id, Node::value_escaped, nodes_[id].type == Type::string && json_scalar.find('\\') != std::string_view::npos);
}

void Record::set_string(NodeId id, std::string_view text) {
  drop_value(id);
  const std::size_t begin = arena_.size();
  append_json_string(arena_, text);
  edit(id).value = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(arena_.size())};
  nodes_[id].type = Type::string;
  flag(id, Node::value_escaped, arena_.find('\\', begin) != std::string::npos);
}

void Record::make_container(NodeId id, Type type) {
  drop_value(id);
  if (nodes_[id].edit != 0) edit(id).value = {};
  nodes_[id].type = type;
  flag(id, Node::fresh, true);
}

void Record::remove(NodeId id) {
  flag(id, Node::removed, true);
  mark_dirty(nodes_[id].parent);
}

NodeId Record::insert(NodeId object, std::string_view decoded_key, std::string_view json_scalar, Where where) {
  const NodeId id = nodes_.push({0, 0, 0, 0, object, no_node, no_node, 0, Type::null, Node::placed | Node::dirty});
  set_key(id, decoded_key);
  set_value(id, json_scalar);
  if (where == Where::last) {
    append(object, id);
  } else {
    nodes_[id].next = nodes_[object].first_child;
    nodes_[object].first_child = id;
  }
  mark_dirty(object);
  return id;
}

NodeId Record::append_element(NodeId array, std::string_view json_scalar) {
  const NodeId id = nodes_.push({0, 0, 0, 0, array, no_node, no_node, 0, Type::null, Node::placed | Node::dirty});
  set_value(id, json_scalar);
  append(array, id);
  mark_dirty(array);
  return id;
}

NodeId Record::move(NodeId member, NodeId object) {
  remove(member);
  Node node = nodes_[member];
  node.flags = static_cast<std::uint8_t>((node.flags & ~Node::removed) | Node::placed);
  node.next = no_node;
  node.parent = object;
  const NodeId id = nodes_.push(node);
  for (NodeId child = node.first_child; child != no_node; child = nodes_[child].next) nodes_[child].parent = id;
  append(object, id);
  mark_dirty(object);
  return id;
}

NodeId Record::move(NodeId member, NodeId object, std::string_view decoded_key) {
  const NodeId id = move(member, object);
  set_key(id, decoded_key);
  return id;
}

NodeId Record::ensure_time(std::string_view field) {
  if (find(root, field) != no_node) return no_node;
  const auto time = format_rfc3339(received_);
  std::array<char, rfc3339_size + 2> quoted;
  quoted.front() = quoted.back() = '"';
  std::copy(time.begin(), time.end(), quoted.begin() + 1);
  return insert(root, field, {quoted.data(), quoted.size()}, Where::first);
}

void Record::clear(WallTime received) {
  if (nodes_.capacity() > nodes_kept) nodes_.release();
  edits_.clear();
  if (edits_.capacity() > nodes_kept) edits_.shrink_to_fit();
  clear_text(arena_);
  arena_ += '\0';
  received_ = received;
  wrapped_ = false;
  cut_ = false;
  appended_ = no_node;
}

void Record::make_empty() {
  source_ = "{}";
  nodes_.start(1);
  nodes_.push({0, 0, 0, 2, 0, no_node, no_node, 0, Type::object, 0});
}

Record::Edit& Record::edit(NodeId id) {
  if (nodes_[id].edit == 0) {
    edits_.emplace_back();
    nodes_[id].edit = static_cast<std::uint32_t>(edits_.size());
  }
  return edits_[nodes_[id].edit - 1];
}

// If a node is dirty, all that it is in are, too.
void Record::mark_dirty(NodeId id) {
  for (; !nodes_[id].has(Node::dirty); id = nodes_[id].parent) nodes_[id].flags |= Node::dirty;
}

void Record::drop_value(NodeId id) {
  nodes_[id].first_child = no_node;
  if (appended_to_ == id) appended_ = no_node;
  flag(id, Node::value_escaped, false);
  flag(id, Node::fresh, false);
  mark_dirty(id);
}

// Children stay in their chain when they are removed, so the last one that was appended is near its end still.
void Record::append(NodeId container, NodeId child) {
  NodeId last = appended_to_ == container ? appended_ : no_node;
  if (last == no_node) last = nodes_[container].first_child;
  if (last == no_node) {
    nodes_[container].first_child = child;
  } else {
    while (nodes_[last].next != no_node) last = nodes_[last].next;
    nodes_[last].next = child;
  }
  appended_to_ = container;
  appended_ = child;
}

Record::Text Record::arena_key(NodeId id, std::string_view decoded_key) {
  const std::size_t begin = arena_.size() + 1;
  append_json_string(arena_, decoded_key);
  const std::size_t end = arena_.size() - 1;
  flag(id, Node::key_escaped, arena_.find('\\', begin) < end);
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

void Record::flag(NodeId id, Node::Flag flag, bool on) {
  auto& flags = nodes_[id].flags;
  flags = static_cast<std::uint8_t>(on ? flags | flag : flags & ~flag);
}

}  // namespace towline::record
