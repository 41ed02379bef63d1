// Cases of `towline test` in a YAML file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/commands/test/cases.hpp"
#include "config/problems.hpp"

namespace towline::app {

// The cases in the text of this file, in their order. Those with a problem are there, too, as far as they go.
std::vector<TestCase> read_yaml_cases(const std::string& yaml, const std::filesystem::path& file,
                                      config::Problems& problems);

}  // namespace towline::app
