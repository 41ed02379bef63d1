#include "sources/tcp/source.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/diagnostics.hpp"
#include "component/registry.hpp"

namespace towline::tcp {

namespace {

using namespace std::chrono_literals;
using net::AcceptStatus;
using telemetry::MetricId;

constexpr std::size_t read_bytes_max = 256U << 10U;  // the buffer that all sessions share
constexpr int accepts_per_turn = 64;
constexpr int accept_turns_at_end = 128;  // more than the kernel's queue holds (net.core.somaxconn)
constexpr auto accept_backoff = 200ms;

std::optional<Duration> handshake_timeout(const TcpConfig& config) {
  return config.tls ? std::optional<Duration>(config.tls->handshake_timeout) : std::nullopt;
}

// How often deadlines are looked at: fine enough for the shortest, and at most a few times a second.
Duration deadline_period(const Shared& shared) {
  Duration shortest = 4s;
  if (shared.idle_timeout) shortest = std::min(shortest, *shared.idle_timeout);
  if (shared.handshake_timeout) shortest = std::min(shortest, *shared.handshake_timeout);
  return std::max<Duration>(shortest / 4, 5ms);
}

}  // namespace

extern const component::SourceType source_type;
const component::SourceType source_type = component::make_source_type<TcpConfig, TcpSource>(
    "tcp", "Newline-delimited JSON over TCP, with TLS as an option.", tcp_schema());

TcpSource::TcpSource(const TcpConfig& config, component::SourceContext context)
    : config_(config),
      context_(std::move(context)),
      tasks_(context_.supervisor, context_.executor),
      pause_(context_.executor, tasks_, context_.metrics.get(MetricId::source_paused_seconds_milli, {context_.id})),
      listener_(context_.executor),
      accept_timer_(context_.executor),
      deadline_timer_(context_.executor),
      buffer_(std::make_unique_for_overwrite<char[]>(read_bytes_max + codec::frame_padding)),
      shared_{context_.id,
              context_.intake,
              pause_,
              context_.metrics.get(MetricId::source_connections_refused, {context_.id, "tls_handshake"}),
              {buffer_.get(), read_bytes_max},
              config.common.max_record.bytes,
              handshake_timeout(config),
              config.idle_timeout.value},
      open_connections_(context_.metrics.get(MetricId::source_connections, {context_.id})),
      accepted_(context_.metrics.get(MetricId::source_connections_accepted, {context_.id})),
      refused_by_limit_(context_.metrics.get(MetricId::source_connections_refused, {context_.id, "limit"})),
      accept_errors_(context_.metrics.get(MetricId::source_accept_errors, {context_.id})) {
  context_.intake.set_invalid_policy(config.common.invalid);
  context_.intake.set_block_at_most(config.common.block_at_most.value);
}

Result<void> TcpSource::open() {
  if (config_.tls) {
    auto tls = net::TlsServer::load(*config_.tls);
    if (!tls) return Error{"source " + context_.id + ": " + tls.error().message};
    tls_ = std::move(*tls);
  }
  net::ListenOptions options{"sources." + context_.id + ".listen", std::nullopt};
  if (config_.receive_buffer) options.receive_buffer = config_.receive_buffer->bytes;
  const auto opened = listener_.open(config_.listen, options);
  if (!opened) return Error{"source " + context_.id + ": " + opened.error().message};
  return {};
}

void TcpSource::start() {
  started_ = true;
  tasks_.spawn("source " + context_.id + " accept", accept_clients());
  if (has_deadlines()) tasks_.spawn("source " + context_.id + " deadlines", watch_deadlines());
}

runtime::Awaitable<void> TcpSource::accept_clients() {
  while (listener_.is_open()) {
    co_await listener_.wait();
    if (!listener_.is_open()) break;
    if (accept_waiting() != AcceptStatus::exhausted) continue;
    // Without descriptors the listener stays readable: only time helps. The clients wait in the kernel's queue.
    accept_timer_.expires_after(accept_backoff);
    co_await accept_timer_.async_wait();
  }
}

// Takes in the clients that wait, a bounded number of them. Returns why it ended: `accepted` is the bound.
AcceptStatus TcpSource::accept_waiting() {
  AcceptStatus status = AcceptStatus::accepted;
  for (int i = 0; i < accepts_per_turn; ++i) {
    runtime::TcpSocket socket(context_.executor);
    status = listener_.accept(socket);
    if (status == AcceptStatus::accepted) {
      admit(std::move(socket));
    } else if (status == AcceptStatus::empty) {
      break;
    } else {
      accept_errors_.add();
      diagnostics::warn("source.accept_failed", "A connection could not be accepted",
                        {{"source", context_.id}, {"will_wait", status == AcceptStatus::exhausted}});
      if (status == AcceptStatus::exhausted) break;
    }
  }
  return status;
}

void TcpSource::admit(runtime::TcpSocket socket) {
  if (sessions_.size() >= config_.max_connections) {
    refused_by_limit_.add();
    diagnostics::warn("source.connection_limit", "A connection was closed because max_connections are open",
                      {{"source", context_.id}, {"max_connections", config_.max_connections}});
    return;
  }
  std::optional<net::TlsSession> tls;
  if (tls_) tls = tls_->accept(socket.native_handle());
  accepted_.add();
  open_connections_.add();
  sessions_.emplace_front(shared_, net::Connection(std::move(socket), std::move(tls)));
  tasks_.spawn("source " + context_.id + " session", run(sessions_.begin()));
}

runtime::Awaitable<void> TcpSource::run(Sessions::iterator session) {
  try {
    co_await session->run();
  } catch (...) {
    forget(session);
    throw;
  }
  forget(session);
}

void TcpSource::forget(Sessions::iterator session) {
  sessions_.erase(session);
  open_connections_.sub();
  if (sessions_.empty() && !listener_.is_open()) deadline_timer_.cancel();
}

// One timer for all sessions; there is none where nothing has a deadline.
runtime::Awaitable<void> TcpSource::watch_deadlines() {
  const Duration period = deadline_period(shared_);
  while (listener_.is_open() || !sessions_.empty()) {
    deadline_timer_.expires_after(period);
    co_await deadline_timer_.async_wait();
    const MonoTime now = MonoClock::now();
    for (Session& session : sessions_) session.check_deadline(now);
  }
}

void TcpSource::stop_accepting() {
  if (!listener_.is_open()) return;
  for (int turn = 0; started_ && turn < accept_turns_at_end; ++turn) {
    if (accept_waiting() != AcceptStatus::accepted) break;
  }
  listener_.close();
  accept_timer_.cancel();
  deadline_timer_.cancel();
}

void TcpSource::close() {
  stop_accepting();
  shared_.closing = true;
  for (Session& session : sessions_) session.interrupt();
}

}  // namespace towline::tcp
