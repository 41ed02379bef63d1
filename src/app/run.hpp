// `towline run`: the daemon, from the first socket to the last record.
#pragma once

#include "app/config.hpp"

namespace towline::app {

// Runs until a signal ends it. Returns the exit code: 0 when nothing was left undelivered, 1 when something was or the
// start failed. Called once, on the main thread.
int run_daemon(const RootConfig& config);

}  // namespace towline::app
