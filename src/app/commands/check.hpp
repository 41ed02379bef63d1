// `towline check FILE...`: says everything that is wrong with configuration files. Opens no socket, writes no file.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "component/registry.hpp"
#include "config/node.hpp"

namespace towline::app {

// 0 when every file is valid (one line each on `out`), 2 otherwise (the problems on `err`).
int check_command(const std::vector<std::string>& files, const config::Environment& environment,
                  const component::Registry& registry, std::ostream& out, std::ostream& err);

}  // namespace towline::app
