// Sizes and durations, as our settings are written. A text with a variable stays one.
#pragma once

#include <string>

#include "app/commands/import/yaml.hpp"

namespace towline::app::migration {

Yaml bytes(const std::string& number);  // "1048576" is 1MiB
Yaml milliseconds(const std::string& number);
Yaml seconds(const std::string& number);  // "1.5" is 1s500ms, "${TIME}" is ${TIME}s

}  // namespace towline::app::migration
