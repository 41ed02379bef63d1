#include "app/daemon.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "app/admin.hpp"
#include "app/ledger_view.hpp"
#include "app/page/page.hpp"
#include "app/sink_health.hpp"
#include "app/status_route.hpp"
#include "app/tap_route.hpp"
#include "base/diagnostics.hpp"
#include "base/startup_pages.hpp"

namespace towline::app {

using std::chrono::milliseconds;
using std::chrono::seconds;
using telemetry::MetricId;

namespace {

// How often a drain looks whether it is over.
constexpr Duration drain_step = milliseconds(5);
// What the two threads work with besides the records they hold: read buffers, the compressor, libcurl's buffers.
// It is charged to the budget for good, so that `memory` says what the process may need, not a part of it.
std::uint64_t working_bytes(std::uint64_t memory) {
  constexpr std::uint64_t least = std::uint64_t{3} << 19U;
  return std::max(least, memory / 6);  // what is freed leaves holes, the more the more there was
}
// With streams on disk a drain waits no longer than this for a destination that takes nothing.
constexpr Duration progress_patience = seconds(3);
// Sessions that were told to close end within a turn of the loop; this only bounds the wait for them.
constexpr Duration close_time = seconds(1);

// A socket that landed on descriptor 1 or 2 because its place was free would get records or log lines.
void occupy_standard_descriptors() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) < 0) ::open("/dev/null", O_RDWR);  // takes the lowest that is free: this one
  }
}

}  // namespace

void prepare_process(const Settings& settings) {
  occupy_standard_descriptors();
  diagnostics::configure(settings.log.level, settings.log.format);
  std::signal(SIGPIPE, SIG_IGN);
  // A core would hold secrets and records. A file would be longer than this, and where the kernel pipes cores to a
  // program it heeds no limit but 1, which means none.
  const rlimit no_core{1, 1};
  setrlimit(RLIMIT_CORE, &no_core);
  // One arena for all threads: one fills chunks, another packs them, and with an arena of its own each of them would
  // keep the pages that the other one needs next, up to twice of what is held. No thread waits for it long: small
  // pieces come from caches of the threads. Chunk buffers (264 KiB) come from the heap, where the next one finds the
  // last one's pages: mapped anew for each chunk, they cost a seventh of all CPU time in page faults.
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
  mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
}

Daemon::Daemon(const RootConfig& config)
    : config_(config),
      facts_(gather_facts(config.facts, process_environment())),
      budget_(config.settings.memory.bytes),
      working_memory_(budget_, working_bytes(config.settings.memory.bytes)),
      plans_(plan_streams(config)),
      signals_(io_, SIGTERM, SIGINT),
      delivery_(config, plans_, facts_, metrics_, budget_, clock_),
      ingest_(config, plans_, delivery_.streams(), io_.get_executor(), supervisor_,
              {metrics_, audit_, facts_, log_metrics_}, budget_, clock_),
      gate_(config.settings.admin.token),
      alive_timer_(io_.get_executor()) {
  if (config.settings.admin.listen) serve_admin();
}

Daemon::~Daemon() {
  if (replay_desk_) replay_desk_->stop();
  // The delivery thread calls back into the ingest half when it frees memory: it ends first.
  delivery_.drain(MonoTime::min());
  delivery_.join();
  if (admin_) admin_->stop();
  ingest_.close();
  signals_.cancel();
  alive_timer_.cancel();
  // Whatever signal has come: tasks refer to the parts, so they end before them.
  turn_while(clock_.now() + close_time, [this] { return !ingest_.idle() || (admin_ && !admin_->idle()); });
}

void Daemon::serve_admin() {
  net::HttpServerOptions options;
  options.listen = *config_.settings.admin.listen;
  options.name = "admin";
  options.setting = "admin.listen";
  options.any_host = gate_.has_configured_token();  // a page that lies about its name doesn't know the token
  admin_.emplace(std::move(options), io_.get_executor(), supervisor_);
  std::vector<AdminRoute> routes = own_routes();
  routes.push_back(replay_route());
  routes.push_back(tap_route(ingest_.taps(), config_.settings.admin.tap.records_per_second));
  routes.push_back(
      status_route([this] { return status::to_json(status()); }, config_.settings.admin.status_streams, clock_));
  routes.push_back(page_route());
  serve_routes(*admin_, std::move(routes), gate_);
}

std::vector<AdminRoute> Daemon::own_routes() {
  AdminModel model;
  model.phase = [this] { return phase(); };
  model.health = [this] {
    return sink_health(delivery_.status(), clock_.now(), config_.settings.health.oldest_held_limit);
  };
  model.unwell_streams = [this] { return delivery_.unwell_streams(); };
  model.ledger = [this] { return ledger(); };
  model.metrics_text = [this] { return metrics_text(); };
  model.audit = [this] { return audit_.rows(); };
  return admin_routes(std::move(model));
}

AdminRoute Daemon::replay_route() {
  replay_desk_.emplace(delivery_.dead_letters(), io_.get_executor(), budget_, clock_);
  for (const ConfiguredSink& sink : config_.sinks) {
    if (stream::Stream* stream = delivery_.replay_stream(sink.id)) replay_desk_->add(sink.id, *stream);
  }
  AdminRoute route{"/replay", Access::configured, "POST: puts dead letters back into their streams"};
  route.post = [this](const net::HttpServer::Request& request, net::HttpServer::Body& /*empty*/) {
    return replay_desk_->handle(request);
  };
  return route;
}

Result<void> Daemon::open() {
  if (!delivery_.opened()) return delivery_.opened().error();
  if (admin_) {
    if (Result<void> opened = open_admin(); !opened) return opened;
  }
  return ingest_.open();
}

Result<void> Daemon::open_admin() {
  if (Result<void> opened = gate_.open(); !opened) return opened;
  if (Result<void> opened = admin_->open(); !opened) return opened;
  diagnostics::info("admin.listening", "Health, metrics and the ledger", {{"address", admin_->address()}});
  if (!gate_.has_configured_token() && config_.settings.admin.tap.max > 0) make_own_token();
  return {};
}

// Without one everything works but tap: that is no reason not to start.
void Daemon::make_own_token() {
  const Result<config::Endpoint> bound = config::parse_endpoint(admin_->address());
  const Result<Secret> token = bound ? own_token_.make(bound->port, process_environment()) : bound.error();
  if (token) return gate_.set_own_token(*token);
  diagnostics::info("admin.no_tap", "`towline tap` needs admin.token: no directory takes a token file",
                    {{"error", token.error().message}});
}

void Daemon::start() {
  delivery_.start();
  ingest_.start();
  if (admin_) admin_->start();
  wait_for_signal();
  listening_ = true;
  report_start();
  release_startup_pages();
}

void Daemon::report_start() const {
  if (delivery_.in_memory()) {
    diagnostics::info("stream.in_memory", "Held records live in memory: they are lost if the process dies");
  }
  for (const telemetry::SinkBalance& balance : ledger().sinks) {
    if (balance.held == 0) continue;
    diagnostics::info("stream.resumed", "Records of an earlier run are held on disk and are delivered now",
                      {{"sink", balance.sink}, {"records", balance.held}});
  }
}

void Daemon::wait_for_signal() {
  signals_.async_wait([this](const runtime::ErrorCode& error, int /*signal*/) {
    if (error) return;
    asked_ = asked_ == Asked::nothing ? Asked::drain : Asked::end_now;
    io_.stop();
    wait_for_signal();
  });
}

void Daemon::run_until_signal(const net::ServiceNotifier& notifier) {
  keep_alive(notifier);
  while (asked_ == Asked::nothing) {
    io_.run();
    io_.restart();
  }
}

void Daemon::keep_alive(const net::ServiceNotifier& notifier) {
  const std::optional<Duration> interval = net::watchdog_interval();
  if (!interval) return;
  notifier.alive();
  alive_timer_.expires_after(*interval);
  alive_timer_.async_wait([this, &notifier](const runtime::ErrorCode& error) {
    if (!error) keep_alive(notifier);
  });
}

void Daemon::turn_while(MonoTime deadline, const std::function<bool()>& condition) {
  while (condition() && clock_.now() < deadline) {
    io_.restart();
    io_.run_for(drain_step);
  }
}

void Daemon::drain_while(MonoTime deadline, const std::function<bool()>& condition) {
  turn_while(deadline, [&] { return asked_ != Asked::end_now && condition(); });
}

int Daemon::drain(const net::ServiceNotifier& notifier) {
  const MonoTime start = clock_.now();
  const MonoTime deadline = start + config_.settings.shutdown.budget;
  notifier.status("draining");
  diagnostics::info("drain.started", "No new connections; what was sent is read and delivered");

  if (replay_desk_) replay_desk_->stop();
  ingest_.stop_accepting();
  ingest_.flush();
  delivery_.hurry();
  drain_while(start + std::min(config_.settings.shutdown.read, config_.settings.shutdown.budget),
              [this] { return !ingest_.idle(); });
  ingest_.close();
  drain_while(clock_.now() + close_time, [this] { return !ingest_.idle(); });
  ingest_.flush();

  // Beyond this point nothing is appended any more.
  delivery_.drain(deadline);
  wait_for_delivery(deadline + close_time);
  delivery_.drain(MonoTime::min());
  const bool on_disk = delivery_.join() && !delivery_.in_memory();
  return report_end(on_disk);
}

// What is safe on disk need not be waited for while nothing of it is delivered.
void Daemon::wait_for_delivery(MonoTime deadline) {
  std::uint64_t held = UINT64_MAX;
  MonoTime patience_ends = deadline;
  drain_while(deadline, [&] {
    const std::uint64_t held_now = delivery_.held();
    if (std::exchange(held, held_now) != held_now) patience_ends = clock_.now() + progress_patience;
    return !delivery_.finished() && (delivery_.in_memory() || clock_.now() < patience_ends);
  });
}

int Daemon::report_end(bool all_on_disk) {
  for (const auto& [sink, now] : delivery_.status()) {
    const std::uint64_t kept = all_on_disk ? now.held : now.on_disk;
    if (kept > 0) {
      diagnostics::warn("drain.kept", "Records were not delivered yet: they stay on disk for the next start",
                        {{"sink", sink}, {"records", kept}});
    }
    if (kept < now.held) {
      diagnostics::error("drain.left", "Records were not delivered, and they are on no disk",
                         {{"sink", sink}, {"records", now.held - kept}});
    }
  }
  const std::uint64_t held = delivery_.held();
  diagnostics::info("drain.ended", held == 0 ? "Everything was delivered" : "Not everything was delivered",
                    {{"records_left", held}});
  if (held == 0 || all_on_disk) return 0;
  if (config_.settings.shutdown.last_resort == LastResort::standard_error) delivery_.write_left(STDERR_FILENO);
  return 1;
}

Phase Daemon::phase() const {
  if (asked_ != Asked::nothing) return Phase::draining;
  return listening_ ? Phase::running : Phase::starting;
}

telemetry::Ledger Daemon::ledger() const {
  delivery_.set_stream_metrics();
  return make_ledger(config_, plans_, metrics_, delivery_.status());
}

// What isn't counted where it happens is brought up to date here.
std::string Daemon::metrics_text() {
  metrics_.get(MetricId::memory_used_bytes, {}).set(budget_.used());
  metrics_.get(MetricId::memory_budget_bytes, {}).set(budget_.limit());
  for (const telemetry::SinkBalance& balance : ledger().sinks) {
    metrics_.get(MetricId::sink_received_records, {balance.sink}).set(balance.received);
    metrics_.get(MetricId::sink_held_records, {balance.sink}).set(balance.held);
  }
  set_state_metrics(delivery_.status(), clock_.now(), metrics_);
  return metrics_.prometheus_text() + log_metrics_.prometheus_text();
}

}  // namespace towline::app
