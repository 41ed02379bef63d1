// The only file that includes Boost.Beast, which is slow to compile.
#include "net/http_server.hpp"

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <utility>

#include "base/diagnostics.hpp"

namespace towline::net {

namespace {

namespace asio = runtime::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using runtime::Awaitable;
using runtime::ErrorCode;

using Stream = runtime::Token::as_default_on_t<beast::tcp_stream>;
using Parser = http::request_parser<http::empty_body>;
using Message = http::response<http::string_body>;

constexpr Duration accept_pause = std::chrono::milliseconds(100);

HttpServer::Response plain(http::status status, std::string text) {
  return {static_cast<unsigned>(status), "text/plain; charset=utf-8", std::move(text) + "\n"};
}

// What to tell a client whose request could not be read. Nothing when there is nobody to tell.
std::optional<HttpServer::Response> complaint(const ErrorCode& failure) {
  if (failure == http::error::end_of_stream || failure == http::error::partial_message) return std::nullopt;
  if (failure == http::error::header_limit || failure == http::error::buffer_overflow) {
    return plain(http::status::request_header_fields_too_large, "The request header is too long.");
  }
  if (failure == http::error::body_limit) return plain(http::status::payload_too_large, "No request body, please.");
  if (failure.category() == make_error_code(http::error::bad_method).category()) {
    return plain(http::status::bad_request, "This is not an HTTP request.");
  }
  return std::nullopt;
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

// One client. Its coroutine run() owns it; the server knows it as long as it lives, to count and to close it.
class HttpServer::Connection {
 public:
  Connection(SharedState server, runtime::TcpSocket socket)
      : server_(std::move(server)), stream_(std::move(socket)), buffer_(2 * server_->options.header_bytes_max) {
    server_->connections.insert(this);
  }
  ~Connection() { server_->connections.erase(this); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  static Awaitable<void> run(std::unique_ptr<Connection> self) {
    Duration patience = self->server_->options.header_time;
    for (bool open = true; open;) {
      open = co_await self->exchange(patience);
      patience = self->server_->options.idle_time;
    }
  }

  void close() { stream_.close(); }

 private:
  // One request and its answer; true when the connection stays open for the next one.
  Awaitable<bool> exchange(Duration patience) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(server_->options.header_bytes_max));
    parser.body_limit(std::uint64_t{0});
    const ErrorCode failure = co_await read(parser, patience);
    if (!failure) {
      const bool keep_alive = parser.keep_alive() && parser.is_done();
      Response response = respond(parser);
      co_return co_await write(std::move(response), parser.get(), keep_alive);
    }
    std::optional<Response> refusal = complaint(failure);
    if (!refusal) co_return false;
    co_return co_await write(std::move(*refusal), parser.get(), false);
  }

  // Waits `patience` for the first byte, then header_time for the rest, however slowly it drips.
  Awaitable<ErrorCode> read(Parser& parser, Duration patience) {
    if (buffer_.size() == 0) {
      stream_.expires_after(patience);
      const auto space = buffer_.prepare(512);
      const auto first = co_await stream_.async_read_some(space);
      const auto& [failure, size] = first;
      if (failure) co_return failure;
      buffer_.commit(size);
    }
    stream_.expires_after(server_->options.header_time);
    const auto header = co_await http::async_read_header(stream_, buffer_, parser);
    co_return std::get<0>(header);
  }

  Response respond(const Parser& parser) const {
    const auto& request = parser.get();
    const std::string_view target = view(request.target());
    const std::string_view host = view(request[http::field::host]);
    if (!parser.is_done()) return plain(http::status::payload_too_large, "No request body, please.");
    if (request.method() != http::verb::get && request.method() != http::verb::head) {
      return plain(http::status::method_not_allowed, "Only GET and HEAD.");
    }
    if (!target.starts_with('/') || (host.empty() && request.version() >= 11)) {
      return plain(http::status::bad_request, "The request needs a path and a Host header.");
    }
    if (!host.empty() && !is_trusted_host(host, server_->options.host_names)) {
      return plain(http::status::forbidden, "This server does not answer to that host name.");
    }
    const std::size_t path_end = std::min(target.find('?'), target.size());
    return answer(*server_, {target.substr(0, path_end), target.substr(std::min(path_end + 1, target.size()))});
  }

  Awaitable<bool> write(Response response, const Parser::value_type& request, bool keep_alive) {
    Message message(static_cast<http::status>(response.status), request.version());
    message.set(http::field::content_type, response.content_type);
    message.set(http::field::cache_control, "no-store");
    message.set("X-Content-Type-Options", "nosniff");
    if (message.result() == http::status::method_not_allowed) message.set(http::field::allow, "GET, HEAD");
    message.body() = std::move(response.body);
    message.prepare_payload();
    message.keep_alive(keep_alive);
    if (request.method() == http::verb::head) message.body().clear();  // Content-Length still says what GET would send

    stream_.expires_after(server_->options.header_time);
    const auto written = co_await http::async_write(stream_, message);
    co_return keep_alive && !std::get<0>(written);
  }

  SharedState server_;
  Stream stream_;
  beast::flat_buffer buffer_;
};

HttpServer::HttpServer(HttpServerOptions options, runtime::Executor executor, runtime::Supervisor& supervisor)
    : state_(std::make_shared<State>(std::move(options), executor)), supervisor_(supervisor) {}

HttpServer::~HttpServer() {
  stop();
  state_->routes.clear();  // the handlers refer to what is destroyed next
}

void HttpServer::get(std::string path, Handler handler) {
  state_->routes.insert_or_assign(std::move(path), std::move(handler));
}

Result<void> HttpServer::open() {
  return state_->listener.open(state_->options.listen, {state_->options.setting, std::nullopt});
}

void HttpServer::start() {
  state_->accepting = true;
  supervisor_.spawn(state_->executor, state_->options.name + ".accept", accept_loop(state_, supervisor_));
}

void HttpServer::stop() {
  state_->listener.close();
  for (Connection* connection : state_->connections) connection->close();
}

// Ends when the listener is closed. When the machine is out of descriptors it pauses, and tries again.
Awaitable<void> HttpServer::accept_loop(SharedState state, runtime::Supervisor& supervisor) {
  runtime::Timer pause(state->executor);
  while (state->listener.is_open()) {
    co_await state->listener.wait();
    if (!state->listener.is_open() || accept_one(state, supervisor) != AcceptStatus::exhausted) continue;
    diagnostics::warn("http.accept_failed", "No connection can be accepted at the moment",
                      {{"server", state->options.name}});
    pause.expires_after(accept_pause);
    co_await pause.async_wait();
  }
  state->accepting = false;
}

AcceptStatus HttpServer::accept_one(const SharedState& state, runtime::Supervisor& supervisor) {
  runtime::TcpSocket socket(state->executor);
  const AcceptStatus status = state->listener.accept(socket);
  if (status == AcceptStatus::accepted && state->connections.size() < state->options.connections_max) {
    auto connection = std::make_unique<Connection>(state, std::move(socket));
    supervisor.spawn(state->executor, state->options.name + ".connection", Connection::run(std::move(connection)));
  }
  return status;
}

HttpServer::Response HttpServer::answer(const State& state, const Request& request) {
  const auto route = state.routes.find(request.path);
  if (route == state.routes.end()) return plain(http::status::not_found, "There is nothing here. See /");
  return route->second(request);
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
    return beast::iequals(name, {host.data(), host.size()});
  });
}

}  // namespace towline::net
