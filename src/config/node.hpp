// A YAML document as a tree in which every key and every value knows its place. It is what all configuration is
// parsed from. Anchors, aliases and tags are refused: configuration here needs none, and they can blow up.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/problems.hpp"

namespace towline::config {

// The value of an environment variable; std::nullopt when it isn't set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

class Node {
 public:
  enum class Kind : std::uint8_t { null, scalar, sequence, map };
  struct Entry;

  Kind kind = Kind::null;
  Mark mark;                   // where the value begins
  std::string text;            // scalar: its value, variables replaced
  std::string written;         // scalar: as it stands in the file; the only form that may be shown
  bool quoted = false;         // scalar: in quotes (or a block), so that "5" is a string
  char quote = '\0';           // scalar: the quotation mark around it; 0 for none (plain, or a block)
  bool verbatim = false;       // scalar: its characters stand so in the file, but for escaped quotes and backslashes
  std::vector<Node> items;     // sequence
  std::vector<Entry> entries;  // map, in the order of the file; a key given twice is here twice

  bool is_null() const { return kind == Kind::null; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_map() const { return kind == Kind::map; }

  // The first value of that key in a map; null when there is none.
  const Node* find(std::string_view key) const;

  // What the value is, for a message: "a list", "a map", "nothing", or the scalar in backquotes.
  std::string shown() const;
};

struct Node::Entry {
  std::string key;
  Mark key_mark;
  Node value;
};

inline constexpr std::size_t document_bytes_max = 1U << 20U;
inline constexpr std::size_t document_depth_max = 64;
inline constexpr std::size_t document_nodes_max = 100'000;

// Parses one YAML document and replaces the variables in its scalar values (not in keys): see expand.hpp. Without an
// environment ({}) nothing is replaced. An empty document is a null node. Returns std::nullopt after a syntax error;
// problems with variables alone still give a tree, so that the rest can be checked too.
std::optional<Node> parse_yaml(std::string_view text, const Environment& environment, Problems& problems);

// The place of the byte at `offset` of a scalar's text (its end included). std::nullopt where that can't be told: the
// text came out of a variable, spans lines, or holds escapes other than those of quotes and backslashes.
std::optional<Mark> place_in(const Node& scalar, std::size_t offset);

// Reports every key that stands more than once in this map; true when there is none.
bool check_duplicate_keys(const Node& map, Problems& problems);

}  // namespace towline::config
