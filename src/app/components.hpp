// The component types that this program was built with: those of src/components.def.
#pragma once

#include "component/registry.hpp"

namespace towline::app {

const component::Registry& all_components();

}  // namespace towline::app
