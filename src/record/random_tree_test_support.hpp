// For tests of records: random JSON as a naive tree, and its text.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace towline::record {

struct Tree {
  char kind = 's';  // 'o'bject, 'a'rray, 's'calar
  std::string key;  // raw, without quotes
  std::string scalar;
  std::vector<Tree> children;
};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  Tree tree(int depth, char kind) {
    Tree tree;
    tree.kind = kind;
    if (kind == 's') {
      tree.scalar = scalar();
      return tree;
    }
    for (std::uint64_t left = random_.below(6); left > 0; --left) {
      const char inner = depth == 0 ? 's' : "ssoa"[random_.below(4)];
      tree.children.push_back(this->tree(depth - 1, inner));
      if (kind == 'o') tree.children.back().key = key();
    }
    return tree;
  }

  std::string key() {
    return pick({"a", "b", "a.b", "", "\\u0061", "k\\n", "\xC3\xA9", "long key with words", "\\\"q\\\""});
  }
  std::string scalar() {
    return pick({"1", "-0", "1e400", "18446744073709551616", "0.10", "true", "false", "null", "\"\"", "\"x\"",
                 "\"\\\\\"", "\"\\\"\"", "\"{[,:]}\"", "\"\\ud83d\\ude00\"", "\"\xF0\x9F\x98\x80\"", "\"a\\/b\"",
                 "\" spaces  kept \""});
  }
  std::string space() { return pick({"", "", "", " ", "  ", "\t", " \r "}); }
  std::string pick(const std::vector<std::string>& choices) { return choices[random_.below(choices.size())]; }
  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }

 private:
  SeededRandom random_;
};

inline void print(const Tree& tree, std::string& out, const std::function<std::string()>& space) {
  if (tree.kind == 's') {
    out += tree.scalar;
    return;
  }
  out += tree.kind == 'o' ? '{' : '[';
  for (const Tree& child : tree.children) {
    if (&child != tree.children.data()) out += ',';
    out += space();
    if (tree.kind == 'o') out += '"' + child.key + '"' + space() + ':' + space();
    print(child, out, space);
    out += space();
  }
  out += tree.kind == 'o' ? '}' : ']';
}

inline std::string compact(const Tree& tree) {
  std::string out;
  print(tree, out, [] { return std::string(); });
  return out;
}

inline std::size_t count(const Tree& tree) {
  std::size_t values = 1;
  for (const Tree& child : tree.children) values += count(child);
  return values;
}

inline std::size_t height(const Tree& tree) {
  if (tree.kind == 's') return 0;
  std::size_t inner = 0;
  for (const Tree& child : tree.children) inner = std::max(inner, height(child));
  return inner + 1;
}

}  // namespace towline::record
