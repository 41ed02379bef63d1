#include "app/commands/ledger.hpp"

#include <ostream>
#include <thread>

#include "telemetry/ledger.hpp"

namespace towline::app {

namespace {

constexpr int asks_max = 5;
constexpr Duration ask_pause = std::chrono::milliseconds(50);

Result<telemetry::Ledger> ask(const LedgerOptions& options) {
  const Result<net::HttpAnswer> reply = ask_admin(options.admin, "/ledger", options.timeout);
  if (!reply) return reply.error();
  if (reply->status != 200) return Error{"the daemon answered " + std::to_string(reply->status) + " to /ledger"};
  return telemetry::from_json(reply->body);
}

// The daemon's threads count while the balance is drawn up: what is on its way between two counters looks missing for
// a moment. What really is missing still is a little later.
Result<telemetry::Ledger> ask_until_it_balances(const LedgerOptions& options) {
  Result<telemetry::Ledger> ledger = ask(options);
  for (int asked = 1; asked < asks_max && ledger && !ledger->balances(); ++asked) {
    std::this_thread::sleep_for(ask_pause);
    ledger = ask(options);
  }
  return ledger;
}

}  // namespace

int ledger_command(const LedgerOptions& options, std::ostream& out, std::ostream& err) {
  const Result<telemetry::Ledger> ledger = ask_until_it_balances(options);
  if (!ledger) {
    err << ledger.error().message << '\n';
    return 1;
  }
  out << (options.json ? telemetry::to_json(*ledger) : telemetry::to_table(*ledger));
  return ledger->balances() ? 0 : 1;
}

}  // namespace towline::app
