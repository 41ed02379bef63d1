// Places in a record that may not be there yet.
#pragma once

#include <optional>
#include <span>

#include "record/record.hpp"

namespace towline::transforms {

// The object that the last level of this path (without wildcards) is a member of. Objects on the way that are missing
// are made; what stands in the way and isn't an object or array is replaced by an object. std::nullopt if the path
// leads into an array, where nothing is added.
std::optional<record::NodeId> make_parent(record::Record& record, const record::Path& path);

// Whether make_parent() would succeed once the nodes `leaving` have been removed. Changes nothing.
bool can_make_parent(const record::Record& record, const record::Path& path, std::span<const record::NodeId> leaving);

}  // namespace towline::transforms
