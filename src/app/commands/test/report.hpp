// The results of `towline test`, for a person and for a CI system.
#pragma once

#include <iosfwd>
#include <span>

#include "app/commands/test/verdict.hpp"

namespace towline::app {

struct ReportStyle {
  bool colour = false;
  bool explain = false;  // show what each step did to each record
};

// One line for a case that passed; what differs for one that didn't; what became of it for a sample.
void print_verdict(const Verdict& verdict, const ReportStyle& style, std::ostream& out);

// "3 passed, 1 failed".
void print_summary(std::span<const Verdict> verdicts, const ReportStyle& style, std::ostream& out);

// The form that CI systems read: one testsuite, a testcase each.
void write_junit(std::span<const Verdict> verdicts, std::ostream& out);

}  // namespace towline::app
