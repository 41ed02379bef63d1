// `towline top`: what moves through the running daemon, live. docs/status-page.md is the page for its users.
#pragma once

#include <chrono>
#include <iosfwd>

#include "app/commands/admin_ask.hpp"
#include "base/clock.hpp"

namespace towline::app {

struct TopOptions {
  AdminAddress admin = {};
  Duration interval = std::chrono::seconds(1);
  bool once = false;  // one table, for rates out of two looks an interval apart
  bool json = false;  // the daemon's answer, one a line; with `once` one
  bool colour = false;
  bool terminal = false;  // stdout is one, and knows how to place a cursor; else it is as with `once`
  Duration timeout = std::chrono::seconds(2);
};

// Writes to the process' stdout, which `out` is. 0: shown until `q` or a signal; 1: the daemon can't be asked, at the
// first look. Later it says so and goes on.
int top_command(const TopOptions& options, std::ostream& out, std::ostream& err);

inline constexpr Duration top_interval_min = std::chrono::milliseconds(200);
inline constexpr Duration top_interval_max = std::chrono::hours(1);

}  // namespace towline::app
