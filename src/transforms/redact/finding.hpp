// A place in a text that has to be redacted.
#pragma once

#include <cstddef>
#include <vector>

#include "transforms/redact/actions.hpp"

namespace towline::redact {

struct Finding {
  std::size_t begin;
  std::size_t end;
  const Rule* rule;
  bool whole = true;  // false: it is the encoded text around what was found, or more than one thing
  // Where what was found is kept, decoded; if empty, it is what stands in the text.
  std::size_t value_begin = 0;
  std::size_t value_end = 0;
};

// Overlaps become one finding, with the strongest rule. The result is in the order of the text. Of two with the same
// rule the one that holds the other stays as it is; of two that are the same, the first.
void merge_overlaps(std::vector<Finding>& findings);

// More in one text than are looked at: nothing of it may be shown.
inline constexpr std::size_t findings_max = 4096;

}  // namespace towline::redact
