// Values that users write in YAML and records get as JSON.
#pragma once

#include <string>

#include "config/node.hpp"

namespace towline::transforms {

// A scalar, or nothing, as JSON: what YAML 1.2 reads as null, a boolean or a number is that, everything else a string.
std::string json_scalar(const config::Node& node);

}  // namespace towline::transforms
