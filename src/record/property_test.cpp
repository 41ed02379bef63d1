// Random records and random edits, compared with a naive tree that does the same. Scalars and keys are compared by
// their bytes, so this also proves that nothing untouched changes.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/json_string.hpp"
#include "base/random.hpp"
#include "record/record.hpp"

namespace towline::record {
namespace {

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

void print(const Tree& tree, std::string& out, const std::function<std::string()>& space) {
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

std::string compact(const Tree& tree) {
  std::string out;
  print(tree, out, [] { return std::string(); });
  return out;
}

std::string without_space(std::string_view json) {
  std::string out;
  bool inside = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (inside && json[i] == '\\')
      out += json[i++];
    else if (json[i] == '"')
      inside = !inside;
    else if (!inside && std::string_view(" \t\r").find(json[i]) != std::string_view::npos)
      continue;
    out += json[i];
  }
  return out;
}

std::string encoded(const std::string& text) {
  std::string out;
  append_json_string(out, text);
  return out.substr(1, out.size() - 2);
}

// The same place in both: the tree and the record.
struct Place {
  Tree* tree;
  NodeId id;
};

class Pair {
 public:
  Pair(std::uint64_t seed) : make_(seed), tree_(make_.tree(4, 'o')) {
    print(tree_, text_, [this] { return make_.space(); });
    const std::size_t size = text_.size();
    text_.append(padding, ']');
    error_ = record_.parse(std::string_view(text_).substr(0, size), {});
    text_size_ = size;
  }

  void edit() {
    Place place = random_place();
    switch (make_.below(7)) {
      case 0:
        return rename(place);
      case 1:
        return set(place);
      case 2:
        return remove();
      case 3:
        return insert(place);
      case 4:
        return make_object(place);
      case 5:
        return move();
      default:
        return set_string(place);
    }
  }

  std::string expected() const { return compact(tree_); }
  std::string written() const {
    std::string out;
    record_.write(out);
    return out;
  }
  std::string_view source() const { return std::string_view(text_).substr(0, text_size_); }
  ParseError error() const { return error_; }

 private:
  Place child(Place place, std::size_t index) const {
    NodeId id = record_.first_child(place.id);
    for (std::size_t i = 0; i < index; ++i) id = record_.next_sibling(id);
    return {&place.tree->children[index], id};
  }

  // Not the root, if there is anything else.
  Place random_place() {
    Place place{&tree_, Record::root};
    while (!place.tree->children.empty() && (place.id == Record::root || make_.below(2) == 0)) {
      place = child(place, make_.below(place.tree->children.size()));
    }
    return place;
  }

  void rename(Place place) {
    if (place.id == Record::root || record_.in_array(place.id)) return;
    place.tree->key = encoded("new \"key\"");
    record_.set_key(place.id, "new \"key\"");
  }
  void set(Place place) {
    if (place.id == Record::root) return;
    *place.tree = {'s', place.tree->key, make_.scalar(), {}};
    record_.set_value(place.id, place.tree->scalar);
  }
  void set_string(Place place) {
    if (place.id == Record::root) return;
    *place.tree = {'s', place.tree->key, '"' + encoded("line\n") + '"', {}};
    record_.set_string(place.id, "line\n");
  }
  void make_object(Place place) {
    if (place.id == Record::root) return;
    *place.tree = {'o', place.tree->key, "", {}};
    record_.make_object(place.id);
  }
  void insert(Place place) {
    if (place.tree->kind != 'o') return;
    const bool first = make_.below(2) == 0;
    Tree added{'s', "added", make_.scalar(), {}};
    record_.insert(place.id, "added", added.scalar, first ? Record::Where::first : Record::Where::last);
    auto& children = place.tree->children;
    children.insert(first ? children.begin() : children.end(), std::move(added));
  }
  void remove() {
    if (tree_.children.empty()) return;
    Place parent{&tree_, Record::root};
    std::size_t index = make_.below(tree_.children.size());
    for (Place next = child(parent, index); !next.tree->children.empty() && make_.below(2) == 0;
         next = child(parent, index)) {
      parent = next;
      index = make_.below(parent.tree->children.size());
    }
    record_.remove(child(parent, index).id);
    parent.tree->children.erase(parent.tree->children.begin() + static_cast<std::ptrdiff_t>(index));
  }
  // A member of the root into the last object beside it.
  void move() {
    if (tree_.children.size() < 2 || tree_.children.back().kind != 'o') return;
    const std::size_t from = make_.below(tree_.children.size() - 1);
    const Place target = child({&tree_, Record::root}, tree_.children.size() - 1);
    record_.move(child({&tree_, Record::root}, from).id, target.id, "moved");
    Tree moved = std::move(tree_.children[from]);
    moved.key = "moved";
    target.tree->children.push_back(std::move(moved));
    tree_.children.erase(tree_.children.begin() + static_cast<std::ptrdiff_t>(from));
  }

  Generator make_;
  Tree tree_;
  std::string text_;
  std::size_t text_size_ = 0;
  Record record_;
  ParseError error_ = ParseError::none;
};

TEST(RecordProperty, UneditedRecordsAreIdentical) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    Pair pair(seed);
    ASSERT_EQ(pair.error(), ParseError::none) << pair.source();
    ASSERT_EQ(pair.written(), pair.source());
  }
}

TEST(RecordProperty, EditsGiveWhatANaiveTreeGives) {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    Pair pair(seed);
    for (std::uint64_t edits = 0; edits < seed % 12; ++edits) {
      pair.edit();
      ASSERT_EQ(without_space(pair.written()), pair.expected()) << "seed " << seed << " edit " << edits << "\n"
                                                                << pair.source();
    }
  }
}

TEST(RecordProperty, WhatIsWrittenIsARecord) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    Pair pair(seed);
    for (std::uint64_t edits = 0; edits < seed % 12; ++edits) pair.edit();
    std::string out = pair.written();
    const std::size_t size = out.size();
    out.append(padding, '\0');
    Record again;
    ASSERT_EQ(again.parse(std::string_view(out).substr(0, size), {}), ParseError::none) << out;
  }
}

}  // namespace
}  // namespace towline::record
