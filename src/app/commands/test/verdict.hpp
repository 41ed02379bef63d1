// Whether a case came out as expected, and what differs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/commands/test/cases.hpp"
#include "app/commands/test/fields.hpp"
#include "app/commands/test/runner.hpp"

namespace towline::app {

struct Verdict {
  TestCase test_case;
  std::vector<RecordTrace> records;
  std::string unusable;          // why the case could not be run; empty: it was
  std::vector<std::string> pii;  // what is still found in the output, where that was asked for

  std::vector<std::string> outputs() const;
  bool as_expected() const;  // true where nothing is expected
  bool passed() const { return unusable.empty() && pii.empty() && as_expected(); }
};

// What stands where in the lists of expected and actual records; one of them may be missing.
struct OutputDiff {
  std::size_t number;  // from 1
  std::optional<std::string> expected;
  std::optional<std::string> actual;
  FieldDiff fields;  // of the two
};
// Only those that differ.
std::vector<OutputDiff> differences(const std::vector<std::string>& expected, const std::vector<std::string>& actual);
std::vector<OutputDiff> differences(const Verdict& verdict);

}  // namespace towline::app
