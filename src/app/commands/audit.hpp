// `towline audit`: asks the running daemon what it has redacted where, and shows it.
#pragma once

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace towline::app {

struct AuditOptions {
  std::string url = {};                          // of the admin listener; empty: see admin_url()
  std::optional<std::string> admin_listen = {};  // value of TOWLINE_ADMIN_LISTEN
  bool json = false;
  Duration timeout = std::chrono::seconds(2);
};

// 0 when the daemon has answered, whether anything was redacted or not; 1 when it can't be asked.
int audit_command(const AuditOptions& options, std::ostream& out, std::ostream& err);

}  // namespace towline::app
