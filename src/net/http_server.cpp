#include "net/http_server.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <utility>

#include "base/diagnostics.hpp"
#include "net/http_session.hpp"

namespace towline::net {

namespace {

namespace asio = runtime::asio;
using runtime::Awaitable;
using runtime::ErrorCode;

constexpr Duration accept_pause = std::chrono::milliseconds(100);
constexpr int accepts_per_turn = 64;
constexpr int accept_turns_at_end = 128;  // more than the kernel's queue holds (net.core.somaxconn)

// How often deadlines are looked at: fine enough for the shortest, and at most a few times a second.
Duration deadline_period(const HttpServerOptions& options) {
  Duration shortest = std::min({options.header_time, options.idle_time, Duration(std::chrono::seconds(4))});
  if (options.tls) shortest = std::min(shortest, options.tls->handshake_timeout);
  return std::max<Duration>(shortest / 4, std::chrono::milliseconds(5));
}

void add(telemetry::Instrument* instrument) {
  if (instrument != nullptr) instrument->add();
}

}  // namespace

Awaitable<std::optional<std::string>> HttpServer::Body::text() {
  std::string text;
  Take take = [&text](std::string_view piece) {
    text += piece;
    return true;
  };
  const bool whole = co_await read(std::move(take));
  if (!whole) co_return std::nullopt;
  co_return text;
}

HttpServer::HttpServer(HttpServerOptions options, runtime::Executor executor, runtime::Supervisor& supervisor,
                       HttpServerInstruments instruments)
    : state_(std::make_shared<State>(std::move(options), std::move(instruments), executor)), supervisor_(supervisor) {}

HttpServer::~HttpServer() {
  stop();
  state_->routes.clear();  // the handlers refer to what is destroyed next
  state_->instruments = {};
}

void HttpServer::get(std::string path, Handler handler) {
  state_->routes[std::move(path)].get = std::move(handler);
}

void HttpServer::post(std::string path, std::uint64_t body_max, PostHandler handler) {
  Route& route = state_->routes[std::move(path)];
  route.post = std::move(handler);
  route.body_max = body_max;
}

Result<void> HttpServer::open() {
  if (state_->options.tls) {
    auto tls = TlsServer::load(*state_->options.tls);
    if (!tls) return tls.error();
    state_->tls = std::move(*tls);
  }
  return state_->listener.open(state_->options.listen, {state_->options.setting, std::nullopt});
}

void HttpServer::start() {
  state_->accepting = true;
  supervisor_.spawn(state_->executor, state_->options.name + " accept", accept_loop(state_, supervisor_));
}

void HttpServer::stop_accepting() {
  if (state_->ending) return;
  state_->ending = true;
  for (int turn = 0; state_->accepting && turn < accept_turns_at_end; ++turn) {
    if (accept_waiting(state_, supervisor_) != AcceptStatus::accepted) break;
  }
  state_->listener.close();
  state_->pause.cancel();
  interrupt_all(*state_);
}

void HttpServer::stop() {
  stop_accepting();
  state_->closing = true;
  interrupt_all(*state_);
}

void HttpServer::interrupt_all(State& state) {
  for (Session* session : state.sessions) session->interrupt();
}

// Ends when the listener is closed. Without descriptors the listener stays readable: only time helps. The clients wait
// in the kernel's queue meanwhile.
Awaitable<void> HttpServer::accept_loop(SharedState state, runtime::Supervisor& supervisor) {
  while (state->listener.is_open()) {
    co_await state->listener.wait();
    if (!state->listener.is_open() || accept_waiting(state, supervisor) != AcceptStatus::exhausted) continue;
    state->pause.expires_after(accept_pause);
    co_await state->pause.async_wait();
  }
  state->accepting = false;
}

// Takes in the clients that wait, a bounded number of them. Returns why it ended: `accepted` is the bound.
AcceptStatus HttpServer::accept_waiting(const SharedState& state, runtime::Supervisor& supervisor) {
  AcceptStatus status = AcceptStatus::accepted;
  for (int i = 0; i < accepts_per_turn; ++i) {
    runtime::TcpSocket socket(state->executor);
    status = state->listener.accept(socket);
    if (status == AcceptStatus::accepted) {
      admit(state, std::move(socket), supervisor);
    } else if (status == AcceptStatus::empty) {
      break;
    } else {
      add(state->instruments.accept_errors);
      diagnostics::warn("http.accept_failed", "A connection could not be accepted",
                        {{"server", state->options.name}, {"will_wait", status == AcceptStatus::exhausted}});
      if (status == AcceptStatus::exhausted) break;
    }
  }
  return status;
}

void HttpServer::admit(const SharedState& state, runtime::TcpSocket socket, runtime::Supervisor& supervisor) {
  if (state->sessions.size() >= state->options.connections_max) {
    add(state->instruments.refused_by_limit);
    diagnostics::warn("http.connection_limit", "A connection was closed because too many are open",
                      {{"server", state->options.name}, {"limit", state->options.connections_max}});
    return;
  }
  auto session = std::make_unique<Session>(state, std::move(socket));
  supervisor.spawn(state->executor, state->options.name + " session", Session::run(std::move(session)));
  if (state->watching) return;
  state->watching = true;
  supervisor.spawn(state->executor, state->options.name + " deadlines", watch_deadlines(state));
}

// One timer for all sessions; there is none without sessions.
Awaitable<void> HttpServer::watch_deadlines(SharedState state) {
  const Duration period = deadline_period(state->options);
  while (!state->sessions.empty()) {
    state->watch.expires_after(period);
    co_await state->watch.async_wait();
    const MonoTime now = MonoClock::now();
    for (Session* session : state->sessions) session->check_deadline(now);
  }
  state->watching = false;
}

bool is_trusted_host(std::string_view host, const std::vector<std::string>& names) {
  // "[::1]:80" -> "::1", "name:80" -> "name", "::1" (sloppy, but harmless) stays.
  if (host.starts_with('['))
    host = host.substr(1, host.find(']') - 1);
  else if (const std::size_t colon = host.find(':'); colon == host.rfind(':'))
    host = host.substr(0, colon);
  if (host.empty()) return false;
  ErrorCode not_an_address;
  asio::ip::make_address(host, not_an_address);
  if (!not_an_address || host.find('.') == std::string_view::npos) return true;
  return std::ranges::any_of(names, [&](const std::string& name) {
    return boost::beast::iequals(name, {host.data(), host.size()});
  });
}

}  // namespace towline::net
