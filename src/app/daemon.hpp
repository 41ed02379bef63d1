// The daemon's parts and how they hang together: the ingest half on the main thread, the delivery half on its own,
// the admin listener beside them.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <vector>

#include "app/admin.hpp"
#include "app/admin_routes.hpp"
#include "app/config.hpp"
#include "app/delivery_side.hpp"
#include "app/ingest_side.hpp"
#include "app/own_token.hpp"
#include "app/replay_desk.hpp"
#include "app/status.hpp"
#include "app/stream_plan.hpp"
#include "base/facts.hpp"
#include "base/memory_budget.hpp"
#include "net/http_server.hpp"
#include "net/notify.hpp"
#include "runtime/supervisor.hpp"
#include "telemetry/audit.hpp"
#include "telemetry/ledger.hpp"
#include "telemetry/log_metrics.hpp"
#include "telemetry/metrics.hpp"

namespace towline::app {

// What must be right before the first thread and the first socket: standard descriptors, signals, limits, towline's
// own log.
void prepare_process(const Settings& settings);

// Used on the main thread. Life: open() -> start() -> run_until_signal() -> drain().
class Daemon {
 public:
  explicit Daemon(const RootConfig& config);
  ~Daemon();

  // Binds every address. The error says which can't be had.
  Result<void> open();
  void start();

  // Returns when SIGTERM or SIGINT has arrived. `notifier` outlives the daemon.
  void run_until_signal(const net::ServiceNotifier& notifier);

  // Reads what senders have already sent, delivers what is held, within shutdown.budget; a second signal ends it at
  // once. Says what is left. Returns the exit code: 0 when nothing is, or all of that is on disk.
  int drain(const net::ServiceNotifier& notifier);

 private:
  void serve_admin();
  Result<void> open_admin();
  void make_own_token();
  std::vector<AdminRoute> own_routes();
  AdminRoute replay_route();
  void wait_for_signal();
  void keep_alive(const net::ServiceNotifier& notifier);
  // Lets the loop turn as long as the condition holds, until the deadline ...
  void turn_while(MonoTime deadline, const std::function<bool()>& condition);
  // ... or a second signal.
  void drain_while(MonoTime deadline, const std::function<bool()>& condition);
  void report_start() const;
  void wait_for_delivery(MonoTime deadline);
  int report_end(bool all_on_disk);

  Phase phase() const;
  telemetry::Ledger ledger() const;
  status::Status status() const;
  std::string metrics_text();

  const RootConfig& config_;
  SystemClock clock_;
  const MonoTime started_ = clock_.now();
  telemetry::Metrics metrics_;
  telemetry::LogMetrics log_metrics_;
  telemetry::Audit audit_;
  Facts facts_;
  MemoryBudget budget_;
  Charge working_memory_;
  std::vector<StreamPlan> plans_;
  runtime::asio::io_context io_{1};    // before what uses it: nothing runs in it any more when they are destroyed
  runtime::asio::signal_set signals_;  // before the first socket: a signal while it starts ends it in order, too
  runtime::Supervisor supervisor_;
  DeliverySide delivery_;
  IngestSide ingest_;
  std::optional<ReplayDesk> replay_desk_;
  AdminGate gate_;
  OwnToken own_token_;
  std::optional<net::HttpServer> admin_;
  runtime::Timer alive_timer_;
  enum class Asked : std::uint8_t { nothing, drain, end_now } asked_ = Asked::nothing;
  bool listening_ = false;
};

}  // namespace towline::app
