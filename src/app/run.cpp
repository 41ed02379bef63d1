#include "app/run.hpp"

#include "app/daemon.hpp"
#include "base/diagnostics.hpp"
#include "net/notify.hpp"

namespace towline::app {

// The life of the daemon, top to bottom. A record's life is docs/ARCHITECTURE.md.
int run_daemon(const RootConfig& config) {
  prepare_process(config.settings);

  const net::ServiceNotifier notifier = net::ServiceNotifier::from_environment();  // outlives the timer that uses it

  // source -> framing -> record -> steps -> chunk -> stream -> cursor -> batch -> encode -> attempt -> settle
  Daemon daemon(config);

  // Beyond this point every address in the configuration is ours.
  if (const Result<void> opened = daemon.open(); !opened) {
    diagnostics::error("start.failed", "towline can't start", {{"error", opened.error().message}});
    return 1;
  }
  daemon.start();
  notifier.ready();

  // Beyond this point records move. Returns with the first signal that asks for the end.
  daemon.run_until_signal(notifier);

  // Beyond this point nothing new is let in, and what is held is delivered, within the budget.
  notifier.stopping();
  return daemon.drain(notifier);
}

}  // namespace towline::app
