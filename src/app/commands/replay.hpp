// `towline replay`: asks the running daemon to put dead letters back into the stream of their sink.
#pragma once

#include <chrono>
#include <iosfwd>
#include <string>

#include "app/commands/admin_ask.hpp"
#include "base/clock.hpp"

namespace towline::app {

struct ReplayOptions {
  AdminAddress admin = {};
  std::string sink = {};    // empty: of every sink
  std::string reason = {};  // empty: any
  std::string since = {};   // "2h", or RFC 3339 in UTC or its beginning; empty: any time
  Duration timeout = std::chrono::seconds(120);
};

// 0 when everything that was wanted is back in a stream; 1 when something isn't; 2 when `since` can't be understood.
int replay_command(const ReplayOptions& options, const Clock& clock, std::ostream& out, std::ostream& err);

}  // namespace towline::app
