// `towline test FILE [CASES...]`: sends sample records through the transforms of a configuration and compares what
// comes out with what is expected. Opens no socket; writes no file but those of --update and --junit.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "component/registry.hpp"
#include "config/node.hpp"

namespace towline::app {

struct TestOptions {
  std::string file;                // the configuration
  std::vector<std::string> cases;  // files and folders; none: the folder `tests` beside the configuration
  bool explain = false;            // show what each step does to each record
  bool update = false;             // what comes out becomes what is expected
  bool pii = false;                // fail where redaction with its defaults still finds something
  std::string junit = {};          // a file for the results; empty: none
  bool colour = false;
};

// 0: every case passed (or was updated); 1: some didn't; 2: the configuration or a case can't be used.
int test_command(const TestOptions& options, const config::Environment& environment,
                 const component::Registry& registry, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace towline::app
