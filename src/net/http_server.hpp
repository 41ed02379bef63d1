// A small HTTP/1.1 server for answers that are made in memory: health, metrics, the ledger. GET and HEAD only, no
// request bodies, no TLS. Hostile clients cost it a bounded number of connections, bytes and seconds.
#pragma once

#include <cstddef>
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
#include "net/listener.hpp"
#include "runtime/asio.hpp"
#include "runtime/supervisor.hpp"

namespace towline::net {

struct HttpServerOptions {
  config::Endpoint listen = {};
  std::string name = "http";                        // of its tasks and log lines
  std::string setting = "listen";                   // the key that holds the address, for the error
  std::vector<std::string> host_names = {};         // accepted in a Host header, besides those of is_trusted_host()
  std::size_t connections_max = 64;                 // one more is closed at once
  std::size_t header_bytes_max = 16384;             // request line and header fields together
  Duration header_time = std::chrono::seconds(10);  // for a whole request to arrive, and for an answer to be taken
  Duration idle_time = std::chrono::seconds(60);    // between two requests of one connection
};

// Life: get()... -> open() -> start() -> stop() -> idle() is true -> destroyed. Used on one shard's thread. Destroyed
// before idle() is true it leaves closed connections, whose tasks call no handler any more and end in their own time.
class HttpServer {
 public:
  struct Request {
    std::string_view path;   // as sent, "/metrics"
    std::string_view query;  // what follows the '?'
  };
  struct Response {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
  };
  // Runs on the shard's thread between two events: it must not wait.
  using Handler = std::function<Response(const Request&)>;

  HttpServer(HttpServerOptions options, runtime::Executor executor, runtime::Supervisor& supervisor);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Answers GET and HEAD of exactly this path. Other paths get 404, other methods 405.
  void get(std::string path, Handler handler);

  // Binds and listens; the error names the address and what to do.
  Result<void> open();

  // The address that is really bound ("127.0.0.1:8686"). After open().
  std::string address() const { return state_->listener.address(); }

  void start();

  // Closes the listener and every connection at once.
  void stop();

  // No task of this server is left.
  bool idle() const { return !state_->accepting && state_->connections.empty(); }

 private:
  class Connection;

  // What the tasks need. They share it: those that are still suspended when the io_context goes outlive the server.
  struct State {
    State(HttpServerOptions o, const runtime::Executor& e) : options(std::move(o)), executor(e), listener(e) {}

    HttpServerOptions options;
    runtime::Executor executor;
    std::map<std::string, Handler, std::less<>> routes = {};
    TcpListener listener;
    std::set<Connection*> connections = {};
    bool accepting = false;
  };
  using SharedState = std::shared_ptr<State>;

  static runtime::Awaitable<void> accept_loop(SharedState state, runtime::Supervisor& supervisor);
  static AcceptStatus accept_one(const SharedState& state, runtime::Supervisor& supervisor);
  static Response answer(const State& state, const Request& request);

  SharedState state_;
  runtime::Supervisor& supervisor_;
};

// May a request with this Host header be answered? A web page that makes its own domain name point at 127.0.0.1 (DNS
// rebinding) arrives with that name. An IP address or a name without a dot (localhost, a compose service) can't be
// such a domain; other names must stand in `names`. Takes the header's value, with or without a port.
bool is_trusted_host(std::string_view host, const std::vector<std::string>& names);

}  // namespace towline::net
