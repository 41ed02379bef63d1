// `towline schema`: the JSON Schema of a configuration file, for editors.
#pragma once

#include <iosfwd>

#include "component/registry.hpp"

namespace towline::app {

int schema_command(const component::Registry& registry, std::ostream& out);

}  // namespace towline::app
