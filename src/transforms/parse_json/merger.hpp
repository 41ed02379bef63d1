// Moves the members of an object into the record that it is in.
#pragma once

#include <cstddef>
#include <vector>

#include "record/record.hpp"
#include "transforms/names.hpp"

namespace towline::parse_json {

// Keeps its memory from record to record.
class Merger {
 public:
  // A name is taken where a member of the record, other than `object` itself, has it already. With `overwrite` that
  // member is removed; without, the new one stays in `object`. Returns whether any stayed. An object that has become
  // empty is not removed. In O(n log n) of all members together.
  bool merge(record::Record& record, record::NodeId object, bool overwrite);

 private:
  void list(const record::Record& record, record::NodeId object);
  void make_way(record::Record& record);

  std::vector<record::NodeId> members_;  // those of the record, without the object, and then those of the object
  std::size_t own_ = 0;                  // so many are the record's
  transforms::Names names_;
  std::vector<char> needed_;  // by the first member that has the name: whether a new one has it, too
};

}  // namespace towline::parse_json
