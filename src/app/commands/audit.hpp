// `towline audit`: asks the running daemon what it has redacted where, and shows it.
#pragma once

#include <chrono>
#include <iosfwd>

#include "app/commands/admin_ask.hpp"
#include "base/clock.hpp"

namespace towline::app {

struct AuditOptions {
  AdminAddress admin = {};
  bool json = false;
  Duration timeout = std::chrono::seconds(2);
};

// 0 when the daemon has answered, whether anything was redacted or not; 1 when it can't be asked.
int audit_command(const AuditOptions& options, std::ostream& out, std::ostream& err);

}  // namespace towline::app
