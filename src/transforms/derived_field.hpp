// Fields that are made out of others.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "record/record.hpp"
#include "transforms/field_path.hpp"

namespace towline::transforms {

// Puts a scalar at the end of a path: in the place of each value that is there, otherwise as a new member, as after
// make_parent(). Returns false, and changes nothing, where the path leads into an array.
bool put_scalar(record::Record& record, const record::Path& path, std::string_view json);

// Puts `json`, which was made out of the values `found` of the field (one or more, in their order), at the target. If
// that is another field and the original isn't to be kept, it takes the original's place in the same object, and the
// originals are gone. Returns false, and changes nothing, where there is no place for it.
bool put_derived(record::Record& record, std::span<const record::NodeId> found, const FieldPath& field,
                 const FieldPath& target, bool keep_original, std::string_view json);

// What a string stands for; `scratch` holds it where it has escapes. Valid until the next edit.
std::string_view decoded(const record::Record& record, record::NodeId string, std::string& scratch);

}  // namespace towline::transforms
