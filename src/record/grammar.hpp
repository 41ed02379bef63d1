// The second half of parsing: walks the structural index by the grammar of RFC 8259 and makes the flat index.
// Values are checked, never converted.
#pragma once

#include <cstdint>
#include <string_view>

#include "record/node.hpp"
#include "record/parse_error.hpp"
#include "record/structural_index.hpp"

namespace towline::record {

// `structure` is that of `json`, whose first structural character is a '{'. On an error `nodes` is unspecified.
[[nodiscard]] ParseError build_nodes(std::string_view json, const StructuralIndex& structure, NodeList& nodes);

// The building blocks, for tests and for those who check a single value.
// One past the longest number that begins at `at`, or nullptr if none does.
const char* skip_number(const char* at, const char* end);
// Whether all escapes in the inside of a string are valid and surrogates come in pairs.
bool escapes_are_valid(std::string_view inside);

}  // namespace towline::record
