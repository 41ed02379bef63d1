// What goes to a fallback: the records of a batch, each with a note of the sink that it was meant for.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/memory_budget.hpp"
#include "component/batch.hpp"

namespace towline::delivery {

// Each record has {"towline":{"diverted_from":"<sink>"}} in it: in the object `towline` that it has, or a new one. One
// whose `towline` is something else stays as it is. The copy has the numbers of the original and an epoch of its own:
// its records are others than those that the fallback itself may have read from the same stream. Its memory is charged.
// It has no key yet.
component::Batch diverted_copy(const component::Batch& batch, std::string_view sink, MemoryBudget& budget);

// How many bytes of plain text the copy has at the most.
std::uint64_t copy_bytes_max(const component::Batch& batch, std::string_view sink);

}  // namespace towline::delivery
