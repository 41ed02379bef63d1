// Random records and random edits, compared with a naive tree that does the same. Scalars and keys are compared by
// their bytes, so this also proves that nothing untouched changes.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "base/json_string.hpp"
#include "record/graft.hpp"
#include "record/random_tree_test_support.hpp"
#include "record/record.hpp"

namespace towline::record {
namespace {

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
  std::size_t depth = 0;
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
    switch (make_.below(11)) {
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
      case 6:
        return make_array(place);
      case 7:
        return append_element(place);
      case 8:
        return graft(place, *this);
      case 9:
        return graft_from_another(place);
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
  // Whether who walks the record sees what the tree has.
  bool seen_as(const Tree& tree, NodeId id) const {
    NodeId child = record_.first_child(id);
    for (const Tree& expected : tree.children) {
      if (child == no_node || record_.parent(child) != id || record_.key(child) != expected.key) return false;
      if (!seen_as(expected, child)) return false;
      child = record_.next_sibling(child);
    }
    const bool scalar = tree.kind == 's';
    const bool escaped = scalar && tree.scalar[0] == '"' && tree.scalar.find('\\') != std::string::npos;
    return child == no_node && (!scalar || record_.value(id) == tree.scalar) && record_.value_escaped(id) == escaped;
  }
  bool seen_as_expected() const { return seen_as(tree_, Record::root); }
  std::string_view source() const { return std::string_view(text_).substr(0, text_size_); }
  ParseError error() const { return error_; }

 private:
  Place child(Place place, std::size_t index) const {
    NodeId id = record_.first_child(place.id);
    for (std::size_t i = 0; i < index; ++i) id = record_.next_sibling(id);
    return {&place.tree->children[index], id, place.depth + 1};
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
  void make_array(Place place) {
    if (place.id == Record::root) return;
    *place.tree = {'a', place.tree->key, "", {}};
    record_.make_array(place.id);
  }
  void append_element(Place place) {
    if (place.tree->kind != 'a') return;
    place.tree->children.push_back({'s', "", make_.scalar(), {}});
    record_.append_element(place.id, place.tree->children.back().scalar);
  }
  // Any value into any place, itself, what it is in and what is in it included.
  void graft(Place place, Pair& from) {
    if (place.id == Record::root || count(from.tree_) > 2000) return;
    const Place what = make_.below(8) == 0 ? Place{&from.tree_, Record::root} : from.random_place();
    ASSERT_EQ(extent(from.record_, what.id).values, count(*what.tree));
    ASSERT_EQ(depth(record_, place.id), place.depth);
    const bool fits = place.depth + height(*what.tree) <= depth_max;
    ASSERT_EQ(record::graft(record_, place.id, from.record_, what.id), fits);
    if (!fits) return;
    Tree copy = *what.tree;
    copy.key = place.tree->key;
    *place.tree = std::move(copy);
  }
  void graft_from_another(Place place) {
    Pair other(make_.below(UINT64_MAX));
    for (std::uint64_t edits = make_.below(4); edits > 0; --edits) other.edit();
    graft(place, other);
    other.text_.assign(other.text_.size(), '?');
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
      ASSERT_TRUE(pair.seen_as_expected()) << "seed " << seed << " edit " << edits << "\n" << pair.source();
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
