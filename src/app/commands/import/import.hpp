// `towline import FILE`: a configuration of Vector as one of ours, and what could not be converted.
#pragma once

#include <iosfwd>
#include <string>

#include "component/registry.hpp"

namespace towline::app {

struct ImportOptions {
  std::string file;         // .yaml, .yml, .json or .toml
  std::string output = {};  // a file, which only its owner can read: it may hold secrets; empty: the standard output
};

// 0: everything was converted; 1: with remarks, on `err` as `file:line: what: why`; 2: the input can't be read or the
// output can't be written, and nothing is changed. Opens no socket; writes no file but the output.
int import_command(const ImportOptions& options, const component::Registry& registry, std::ostream& out,
                   std::ostream& err);

}  // namespace towline::app
