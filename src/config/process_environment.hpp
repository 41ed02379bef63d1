// The variables that this process was started with.
#pragma once

#include "config/node.hpp"

namespace towline::config {

// A variable's value, or none if it isn't set. While nobody sets variables, from every thread.
Environment process_environment();

}  // namespace towline::config
