// Copies of whole values, objects and arrays with everything in them, within one record or from one to another.
#pragma once

#include <cstddef>

#include "record/record.hpp"

namespace towline::record {

// What a value takes of the limits of a record.
struct Extent {
  std::size_t values = 0;  // itself and all that is in it
  std::size_t height = 0;  // objects and arrays inside each other, itself included
};
Extent extent(const Record& record, NodeId id);

// The objects and arrays that a value is in, the record included.
std::size_t depth(const Record& record, NodeId id);

// Replaces the value at `at`, which is not the root, by a copy of `what` as it is now; `at` keeps its key. Later steps
// see the copy like any other value. Numbers, escapes and keys stay the text that they are. Both may be the same
// record, and one value inside the other. After that `from` and its text are not needed any more. Linear in the size of
// `what`. Returns false and changes nothing where that would go beyond depth_max, values_max (values that were removed
// count) or bytes_max.
[[nodiscard]] bool graft(Record& to, NodeId at, const Record& from, NodeId what);

// Whether graft() will succeed at the end of this path, where the objects on the way may have to be made first.
bool fits(const Record& to, const Path& at, const Record& from, NodeId what);

}  // namespace towline::record
