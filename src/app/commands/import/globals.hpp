// The settings of Vector itself.
#pragma once

#include <cstdint>

#include "app/commands/import/settings.hpp"
#include "app/commands/import/yaml.hpp"

namespace towline::app::migration {

// Adds to the document what is set for the whole daemon. `disk_bytes`: the largest buffer of a sink on disk; 0: none.
void convert_globals(Settings& root, std::uint64_t disk_bytes, Yaml& document);

}  // namespace towline::app::migration
