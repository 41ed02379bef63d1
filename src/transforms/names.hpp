// Which of many names are equal. In O(n log n) whatever they are: a record can't make a step slow by its keys.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "record/record.hpp"

namespace towline::transforms {

// Reused from record to record: it keeps its memory, and gives it back after a giant.
class Names {
 public:
  void clear();

  void add(std::string_view name);
  void add_key(const record::Record& record, record::NodeId member);  // decoded

  // The i-th that was added. Valid until the next one is.
  std::string_view operator[](std::size_t i) const {
    return {text_.data() + names_[i].begin, names_[i].end - names_[i].begin};
  }
  std::size_t size() const { return names_.size(); }

  // After the last one was added, before first() is asked.
  void compare();

  // The first name that is equal to the i-th one; that may be itself.
  std::size_t first(std::size_t i) const { return names_[i].first; }

 private:
  struct Name {
    std::size_t begin;  // in text_
    std::size_t end;
    std::size_t first;
  };

  std::string text_;
  std::vector<Name> names_;
  std::vector<std::size_t> order_;  // scratch
};

}  // namespace towline::transforms
