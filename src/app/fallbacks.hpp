// The sinks that are the fallback of others (delivery/diversion.hpp), checked: each exists, and none stands in for
// itself, not even by way of others.
#pragma once

#include <string>
#include <vector>

#include "config/problems.hpp"

namespace towline::app {

// As it stands in the configuration.
struct NamedFallback {
  std::string sink;
  std::string fallback;
  config::Mark mark;  // of the fallback's id
};

// `sinks`: the ids of all of them, whether or not their own settings are right.
void check_fallbacks(const std::vector<NamedFallback>& named, const std::vector<std::string>& sinks,
                     config::Problems& problems);

}  // namespace towline::app
