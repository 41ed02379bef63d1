// Sends the records of a case through the transforms of a configuration, as the daemon would, and watches.
// No thread, no socket, no file.
#pragma once

#include <string>
#include <vector>

#include "app/commands/test/cases.hpp"
#include "app/config.hpp"
#include "base/result.hpp"

namespace towline::app {

// What one step made of a record.
struct StepTrace {
  std::string step;  // "clean 2_redact"
  std::string before;
  std::string after;
  bool filtered = false;  // it took the record out; `after` is empty
};

struct RecordTrace {
  std::string input;
  std::vector<StepTrace> steps;      // in the order in which they saw it
  std::vector<std::string> outputs;  // what arrives where the case looks
};

// The error says what the case names that the configuration doesn't have.
Result<std::vector<RecordTrace>> run_case(const RootConfig& config, const TestCase& test_case);

// What redaction with all its defaults would still find in these records: "email in user.contact" each; never a value.
// A record beyond the limits, which a step may have made, can't be examined: that is said, too.
std::vector<std::string> find_pii(const std::vector<std::string>& records);

}  // namespace towline::app
