// `towline ledger`: asks the running daemon for the balance of every sink and shows it.
#pragma once

#include <chrono>
#include <iosfwd>

#include "app/commands/admin_ask.hpp"
#include "base/clock.hpp"

namespace towline::app {

struct LedgerOptions {
  AdminAddress admin = {};
  bool json = false;
  Duration timeout = std::chrono::seconds(2);
};

// 0 when it balances, 1 when it doesn't, asked several times within a quarter of a second, or the daemon can't be
// asked.
int ledger_command(const LedgerOptions& options, std::ostream& out, std::ostream& err);

}  // namespace towline::app
