// A whole configuration of Vector as ours.
#pragma once

#include <string>

#include "app/commands/import/remarks.hpp"
#include "app/commands/import/tree.hpp"
#include "component/registry.hpp"

namespace towline::app::migration {

// The text of a configuration, as YAML. What could not be converted is in `remarks`, and as a comment at its place.
// `file` is named in its first line. Steps are checked against the registry, so what is written loads.
std::string convert(const Tree& root, std::string_view file, const component::Registry& registry, Remarks& remarks);

}  // namespace towline::app::migration
