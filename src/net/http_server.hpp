// A small HTTP/1.1 server for answers that are made in memory: health, metrics and the ledger by GET and HEAD, and POST
// for handlers that take a body and may wait before they answer. An answer may go on for as long as it likes. Over
// plain TCP or TLS. Hostile clients cost it a bounded number of connections, bytes and seconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/endpoint.hpp"
#include "net/http_request_reader.hpp"
#include "net/listener.hpp"
#include "net/tls_server.hpp"
#include "runtime/asio.hpp"
#include "runtime/supervisor.hpp"
#include "telemetry/metrics.hpp"

namespace towline::net {

struct HttpServerOptions {
  config::Endpoint listen = {};
  std::string name = "http";                        // of its tasks and log lines
  std::string setting = "listen";                   // the key that holds the address, for the error
  std::optional<TlsServerConfig> tls = {};          // none: plain TCP
  bool any_host = false;                            // answer to every Host header; else see is_trusted_host()
  std::vector<std::string> host_names = {};         // accepted in a Host header, besides those of is_trusted_host()
  std::size_t connections_max = 64;                 // one more is closed at once
  HttpRequestLimits request = {};                   // of a head
  Duration header_time = std::chrono::seconds(10);  // for a whole head to arrive, and for an answer to be taken
  Duration idle_time = std::chrono::seconds(60);    // between two requests; of an answer that goes on: nothing is taken
  std::uint64_t body_rate_min = 1024;               // bytes a second, on average, after header_time has passed
};

// What a server counts; each may be null. They outlive the server and its tasks.
struct HttpServerInstruments {
  telemetry::Instrument* open = nullptr;
  telemetry::Instrument* accepted = nullptr;
  telemetry::Instrument* refused_by_limit = nullptr;
  telemetry::Instrument* failed_handshakes = nullptr;
  telemetry::Instrument* accept_errors = nullptr;
  std::function<void(unsigned status)> on_answer = {};
};

// Life: get(), post()... -> open() -> start() -> stop_accepting() -> stop() -> idle() is true -> destroyed. Used on one
// shard's thread. Destroyed before idle() is true it leaves closed connections, whose tasks call no handler any more
// and end in their own time.
class HttpServer {
 public:
  struct Request {
    std::string_view path;   // as sent, "/metrics"
    std::string_view query;  // what follows the '?'
    std::string_view content_type = {};
    std::string_view content_encoding = {};
    std::string_view authorization = {};
    std::string_view accept = {};
    std::string_view host = {};                        // both as sent: "localhost:8686" and
    std::string_view origin = {};                      // "http://localhost:8686"; browsers say which page asks
    std::optional<std::uint64_t> content_length = {};  // of a POST that says so
  };
  struct Response {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body = {};
    std::vector<std::pair<std::string, std::string>> headers = {};
    // With this the answer goes on behind `body`: it is asked for what comes next, which may be nothing yet, every
    // `period`, but not while the client hasn't taken what came before. No value: that was all. It is not asked any
    // more when the client has gone, takes nothing for idle_time, or the server stops; then it is destroyed. On the
    // shard's thread, and it must not wait.
    std::function<std::optional<std::string>()> more = {};
    Duration period = std::chrono::milliseconds(100);
  };
  // Runs on the shard's thread between two events: it must not wait.
  using Handler = std::function<Response(const Request&)>;

  // The body of a POST. It is read only when the handler asks for it; a client that expects "100 Continue" gets it
  // then.
  class Body {
   public:
    // Is given the next bytes, which it uses during the call only; false ends the reading.
    using Take = std::function<bool(std::string_view piece)>;

    virtual ~Body() = default;
    // Hands the whole body to `take`, piece by piece. False: `take` said no, or the body can't be had (too long, too
    // slow, broken): then the server answers for itself, whatever the handler returns. Once a request.
    virtual runtime::Awaitable<bool> read(Take take) = 0;
    // The whole body; nothing if it can't be had.
    runtime::Awaitable<std::optional<std::string>> text();
  };
  // May wait. What it is given lives until it has answered. Not itself a coroutine with captures: it may call one.
  // After an answer before the end of the body the connection is closed.
  using PostHandler = std::function<runtime::Awaitable<Response>(const Request&, Body&)>;

  HttpServer(HttpServerOptions options, runtime::Executor executor, runtime::Supervisor& supervisor,
             HttpServerInstruments instruments = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Answers GET and HEAD of exactly this path. Other paths get 404, other methods 405.
  void get(std::string path, Handler handler);
  // Answers POST of exactly this path. A body longer than `body_max` bytes (as sent) gets 413.
  void post(std::string path, std::uint64_t body_max, PostHandler handler);

  // Reads the certificate, binds and listens; the error names what can't be had and what to do.
  Result<void> open();

  // The address that is really bound ("127.0.0.1:8686"). After open().
  std::string address() const { return state_->listener.address(); }

  void start();

  // No new connections but those that the kernel has already made, no further request on the open ones; requests that
  // have begun are answered.
  void stop_accepting();

  // Nothing is waited for any more: requests that the kernel already holds are read, then every connection is closed. A
  // handler that waits is not interrupted.
  void stop();

  // No task of this server is left.
  bool idle() const { return !state_->accepting && !state_->watching && state_->sessions.empty(); }

 private:
  class Session;

  struct Route {
    Handler get = {};
    PostHandler post = {};
    std::uint64_t body_max = 0;
  };

  // What the tasks need. They share it: those that are still suspended when the io_context goes outlive the server.
  struct State {
    State(HttpServerOptions o, HttpServerInstruments i, const runtime::Executor& e)
        : options(std::move(o)), instruments(std::move(i)), executor(e), listener(e), pause(e), watch(e) {}

    HttpServerOptions options;
    HttpServerInstruments instruments;
    runtime::Executor executor;
    std::map<std::string, Route, std::less<>> routes = {};
    TcpListener listener;
    std::optional<TlsServer> tls = {};
    std::unique_ptr<char[]> buffer = {};  // for the moment between a read and the use of its bytes
    std::set<Session*> sessions = {};
    runtime::Timer pause;  // while no connection can be accepted
    runtime::Timer watch;  // for the deadlines
    bool accepting = false;
    bool watching = false;
    bool ending = false;   // no further requests
    bool closing = false;  // no waiting
  };
  using SharedState = std::shared_ptr<State>;

  static runtime::Awaitable<void> accept_loop(SharedState state, runtime::Supervisor& supervisor);
  static AcceptStatus accept_waiting(const SharedState& state, runtime::Supervisor& supervisor);
  static void admit(const SharedState& state, runtime::TcpSocket socket, runtime::Supervisor& supervisor);
  static runtime::Awaitable<void> watch_deadlines(SharedState state);
  static void interrupt_all(State& state);

  SharedState state_;
  runtime::Supervisor& supervisor_;
};

// May a request with this Host header be answered? A web page that makes its own domain name point at 127.0.0.1 (DNS
// rebinding) arrives with that name. An IP address or a name without a dot (localhost, a compose service) can't be
// such a domain; other names must stand in `names`. Takes the header's value, with or without a port.
bool is_trusted_host(std::string_view host, const std::vector<std::string>& names);

}  // namespace towline::net
