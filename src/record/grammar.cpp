#include "record/grammar.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "record/json_text.hpp"
#include "record/limits.hpp"

namespace towline::record {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// One pass over the structural characters, without recursion. The state between two steps: `next_` is the first
// structural character not consumed; `open_` are the objects and arrays that are not closed.
//
// What stage 1 gives us: an index for each bracket, colon and comma outside of strings, for each opening quote and for
// the first byte of each other run that isn't white space. So between the end of a string and the next index there is
// only white space; after any other scalar we have to check that.
class Builder {
 public:
  Builder(std::string_view json, const StructuralIndex& structure, NodeList& nodes)
      : text_(json.data()),
        size_(json.size()),
        next_(structure.begin()),
        end_(next_ + structure.size()),
        nodes_(nodes) {
    // Every value has a structural character of its own and another one that ends it; those that are still open, at
    // most depth_max and a scalar, may lack the latter.
    nodes.start(std::min(structure.size() / 2 + depth_max + 2, values_max));
    next_backslash_ = find_backslash(0);
  }

  ParseError build() {
    open_container(Type::object, 0, 0);
    while (depth_ != 0) {
      if (!step()) return error_;
    }
    if (next_ != end_) return ParseError::trailing_data;
    nodes_.set_size(count_);
    return ParseError::none;
  }

 private:
  struct Open {
    NodeId id;
    NodeId last_child;
    bool object;
  };

  bool fail(ParseError error) {
    error_ = error;
    return false;
  }
  bool fail() { return fail(ParseError::invalid_json); }

  // Past the end there is nothing that the grammar could take for a character of its own.
  char peek() const { return next_ == end_ ? '\0' : text_[*next_]; }

  // One member or element of the innermost container, with what follows it; or the end of an empty container.
  bool step() {
    Open& open = open_[depth_ - 1];
    const char c = peek();
    if (c == (open.object ? '}' : ']') && open.last_child == no_node) return close_container();
    std::uint32_t key_begin = 0;
    std::uint32_t key_end = 0;
    if (open.object && !take_key(key_begin, key_end)) return false;
    return take_value(key_begin, key_end);
  }

  bool take_key(std::uint32_t& begin, std::uint32_t& end) {
    if (peek() != '"') return fail();
    begin = *next_++ + 1;
    if (peek() != ':') return fail();
    end = closing_quote(*next_++);
    return true;
  }

  bool take_value(std::uint32_t key_begin, std::uint32_t key_end) {
    if (count_ == values_max) return fail(ParseError::too_many_values);
    if (next_ == end_) return fail();
    const char c = text_[*next_];
    if (c == '{' || c == '[') return open_container(type_of(c), key_begin, key_end);
    Node& node = add(type_of(c), key_begin, key_end, *next_++);
    if (next_ == end_) return fail();
    if (c == '"') {
      node.value_end = closing_quote(*next_) + 1;
    } else if (!take_scalar(c, node)) {
      return fail();
    }
    if (next_backslash_ < node.value_end && !note_escapes(node)) return fail(ParseError::invalid_escape);
    return after_value();
  }

  // What may follow a value: a comma and then another one, or the end of the container.
  bool after_value() {
    const Open& open = open_[depth_ - 1];
    const char c = peek();
    if (c == ',') {
      ++next_;
      return true;
    }
    return c == (open.object ? '}' : ']') ? close_container() : fail();
  }

  bool open_container(Type type, std::uint32_t key_begin, std::uint32_t key_end) {
    if (depth_ == depth_max) return fail(ParseError::too_deep);
    const NodeId id = count_;
    Node& node = add(type, key_begin, key_end, *next_++);
    if (next_backslash_ < node.value_begin && !note_escapes(node)) return fail(ParseError::invalid_escape);
    open_[depth_++] = {id, no_node, type == Type::object};
    return true;
  }

  // Closes containers as long as the next character closes one.
  bool close_container() {
    nodes_[open_[--depth_].id].value_end = *next_++ + 1;
    return depth_ == 0 || after_value();
  }

  Node& add(Type type, std::uint32_t key_begin, std::uint32_t key_end, std::uint32_t value_begin) {
    const NodeId id = count_++;
    NodeId parent = 0;
    if (depth_ != 0) {
      Open& open = open_[depth_ - 1];
      parent = open.id;
      (open.last_child == no_node ? nodes_[parent].first_child : nodes_[open.last_child].next) = id;
      open.last_child = id;
    }
    nodes_[id] = {key_begin, key_end, value_begin, 0, parent, no_node, no_node, 0, type, 0};
    return nodes_[id];
  }

  // The quote that ends a string, given the structural character after it.
  std::uint32_t closing_quote(std::uint32_t after) const {
    std::uint32_t at = after - 1;
    while (text_[at] != '"') --at;
    return at;
  }

  bool take_scalar(char first, Node& node) {
    const char* const begin = text_ + node.value_begin;
    const char* const limit = text_ + *next_;
    const char* end = nullptr;
    switch (first) {
      case 't':
        end = take_word(begin, limit, "true");
        break;
      case 'f':
        end = take_word(begin, limit, "false");
        break;
      case 'n':
        end = take_word(begin, limit, "null");
        break;
      default:
        end = skip_number(begin, limit);
        break;
    }
    if (end == nullptr) return false;
    node.value_end = static_cast<std::uint32_t>(end - text_);
    return std::all_of(end, limit, is_space);
  }

  static const char* take_word(const char* begin, const char* limit, std::string_view word) {
    return std::string_view(begin, static_cast<std::size_t>(limit - begin)).starts_with(word) ? begin + word.size()
                                                                                              : nullptr;
  }

  // Escapes are rare: we look for the next backslash of the whole text instead of for one in each string. A backslash
  // outside of a string never gets here, the grammar has refused it.
  std::uint32_t find_backslash(std::size_t from) const {
    const void* found = std::memchr(text_ + from, '\\', size_ - from);
    return found == nullptr ? UINT32_MAX : static_cast<std::uint32_t>(static_cast<const char*>(found) - text_);
  }

  bool note_escapes(Node& node) {
    if (next_backslash_ < node.key_end && !note_escapes(node, Node::key_escaped, node.key_begin, node.key_end)) {
      return false;
    }
    if (node.type != Type::string || next_backslash_ >= node.value_end) return true;
    return note_escapes(node, Node::value_escaped, node.value_begin + 1, node.value_end - 1);
  }

  bool note_escapes(Node& node, Node::Flag flag, std::uint32_t begin, std::uint32_t end) {
    node.flags |= flag;
    next_backslash_ = find_backslash(end);
    return escapes_are_valid({text_ + begin, end - begin});
  }

  const char* text_;
  std::size_t size_;
  const std::uint32_t* next_;
  const std::uint32_t* end_;
  NodeList& nodes_;
  NodeId count_ = 0;
  std::uint32_t next_backslash_ = 0;
  std::size_t depth_ = 0;
  ParseError error_ = ParseError::none;
  std::array<Open, depth_max> open_;
};

}  // namespace

ParseError build_nodes(std::string_view json, const StructuralIndex& structure, NodeList& nodes) {
  return Builder(json, structure, nodes).build();
}

const char* skip_number(const char* at, const char* end) {
  const auto skip_digits = [&] {
    const char* const begin = at;
    while (at != end && is_digit(*at)) ++at;
    return at != begin;
  };
  if (at != end && *at == '-') ++at;
  if (at != end && *at == '0') {
    ++at;
  } else if (!skip_digits()) {
    return nullptr;
  }
  if (at != end && *at == '.') {
    ++at;
    if (!skip_digits()) return nullptr;
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at != end && (*at == '+' || *at == '-')) ++at;
    if (!skip_digits()) return nullptr;
  }
  return at;
}

bool escapes_are_valid(std::string_view inside) {
  for (std::size_t at = inside.find('\\'); at != std::string_view::npos; at = inside.find('\\', at)) {
    const Escape escape = read_escape(inside.substr(at));
    if (escape.length == 0) return false;
    at += escape.length;
  }
  return true;
}

}  // namespace towline::record
