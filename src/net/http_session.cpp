#include "net/http_session.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <span>
#include <utility>

#include "base/diagnostics.hpp"

namespace towline::net {

namespace {

using Response = HttpServer::Response;
using Status = HttpRequestReader::Status;
using runtime::Awaitable;

constexpr std::size_t head_read_max = 4096;  // less, because what isn't the head is kept

Response plain(unsigned status, std::string text) {
  return {status, "text/plain; charset=utf-8", std::move(text) + "\n"};
}

Response method_not_allowed(std::string allowed) {
  Response response = plain(405, "Only " + allowed + ".");
  response.headers.emplace_back("Allow", std::move(allowed));
  return response;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

void add(telemetry::Instrument* instrument) {
  if (instrument != nullptr) instrument->add();
}

}  // namespace

HttpServer::Session::Session(SharedState server, runtime::TcpSocket socket)
    : server_(std::move(server)), connection_(connect(*server_, std::move(socket))), pause_(server_->executor) {
  if (server_->buffer == nullptr) server_->buffer = std::make_unique_for_overwrite<char[]>(read_bytes_max);
  server_->sessions.insert(this);
  add(server_->instruments.accepted);
  add(server_->instruments.open);
}

Connection HttpServer::Session::connect(const State& server, runtime::TcpSocket socket) {
  std::optional<TlsSession> tls;
  if (server.tls) tls = server.tls->accept(socket.native_handle());
  return Connection(std::move(socket), std::move(tls));
}

HttpServer::Session::~Session() {
  server_->sessions.erase(this);
  if (server_->sessions.empty()) server_->watch.cancel();
  if (server_->instruments.open != nullptr) server_->instruments.open->sub();
}

Awaitable<void> HttpServer::Session::run(std::unique_ptr<Session> self) {
  bool open = true;
  if (self->connection_.is_tls()) open = co_await self->handshake();
  while (open) open = co_await self->exchange();
  if (self->lingers_) co_await self->linger();
  self->connection_.close();
}

Awaitable<bool> HttpServer::Session::handshake() {
  set_deadline(server_->options.tls->handshake_timeout);
  TlsStatus status = connection_.handshake();
  while ((status == TlsStatus::wants_read || status == TlsStatus::wants_write) && !late_ && !server_->closing) {
    co_await connection_.ready();
    status = connection_.handshake();
  }
  if (status == TlsStatus::done) co_return true;
  if (!server_->closing) {
    add(server_->instruments.failed_handshakes);
    diagnostics::warn("http.tls_handshake_failed", "A client was refused because its TLS handshake failed",
                      {{"server", server_->options.name},
                       {"reason", late_ ? "the handshake took too long" : connection_.tls_error()}});
  }
  co_return false;
}

// One request and its answer; true when the connection stays open for the next one.
Awaitable<bool> HttpServer::Session::exchange() {
  reader_.emplace(server_->options.request);
  refusal_ = Refusal::none;
  begun_ = !unread_.empty();
  body_received_ = 0;
  Response response;
  const bool understood = co_await read_head();
  if (understood) response = co_await respond();
  if (refusal_ != Refusal::none) {
    std::optional<Response> refused = general_refusal();
    if (!refused) co_return false;
    response = std::move(*refused);
  }
  const bool body_done = refusal_ == Refusal::none && reader_->body_done();
  const bool goes_on = response.more != nullptr && refusal_ == Refusal::none && reader_->method() != "HEAD";
  const bool in_chunks = goes_on && !reader_->is_http_1_0();
  const bool keep_alive = body_done && reader_->keep_alive() && !server_->ending && !response.more;
  lingers_ = !body_done;
  if (server_->instruments.on_answer) server_->instruments.on_answer(response.status);
  std::string text = head_of(response, keep_alive);
  if (refusal_ != Refusal::none || reader_->method() != "HEAD")
    text += in_chunks ? in_a_chunk(response.body) : response.body;
  reader_.reset();
  first_request_ = false;
  const bool sent = co_await send(std::move(text), server_->options.header_time);
  if (sent && goes_on) co_await go_on(std::move(response.more), response.period, in_chunks);
  co_return sent&& keep_alive;
}

// What the server answers for itself. Nothing when there is nobody to tell.
std::optional<Response> HttpServer::Session::general_refusal() const {
  switch (refusal_) {
    case Refusal::malformed:
      return plain(400, "This is not an HTTP request that can be understood in one way only.");
    case Refusal::head_too_large:
      return plain(431, "The request header is too long.");
    case Refusal::body_too_large:
      return plain(413, body_max_ == 0 ? "No request body, please."
                                       : "The body is longer than " + std::to_string(body_max_) + " bytes.");
    case Refusal::too_slow:
      return plain(408, "The request took too long.");
    case Refusal::none:
    case Refusal::gone:
      break;
  }
  return std::nullopt;
}

bool HttpServer::Session::refuse(Refusal why) {
  refusal_ = why;
  return false;
}

// Waits for the first byte (a new connection gets less time), then header_time for the rest, however slowly it drips.
Awaitable<bool> HttpServer::Session::read_head() {
  set_deadline(first_request_ || begun_ ? server_->options.header_time : server_->options.idle_time);
  std::string taken = std::move(unread_);
  unread_.clear();
  std::string_view bytes = taken;
  for (;;) {
    if (!bytes.empty()) {
      if (!begun_) set_deadline(server_->options.header_time);
      begun_ = true;
      const Status status = reader_->take_head(bytes);
      if (status == Status::malformed) co_return refuse(Refusal::malformed);
      if (status == Status::too_large) co_return refuse(Refusal::head_too_large);
      if (status == Status::done) break;
    }
    bytes = co_await receive(head_read_max);
    if (bytes.empty()) co_return refuse(Refusal::gone);
  }
  unread_.assign(bytes);
  deadline_ = MonoTime::max();
  co_return true;
}

Awaitable<Response> HttpServer::Session::respond() {
  const HttpServerOptions& options = server_->options;
  const std::string_view target = reader_->target();
  const std::string_view host = reader_->field("host");
  body_max_ = 0;
  if (!target.starts_with('/') || (host.empty() && !reader_->is_http_1_0())) {
    co_return plain(400, "The request needs a path and a Host header.");
  }
  if (!options.any_host && !host.empty() && !is_trusted_host(host, options.host_names)) {
    co_return plain(403, "This server does not answer to that host name.");
  }
  const Request request = this->request();
  const auto found = server_->routes.find(request.path);
  if (found == server_->routes.end()) co_return plain(404, "There is nothing at this path.");
  const Route& route = found->second;
  const std::string_view method = reader_->method();
  if (route.get && (method == "GET" || method == "HEAD")) {
    if (reader_->has_body()) refuse(Refusal::body_too_large);
    if (refusal_ != Refusal::none) co_return Response();
    co_return route.get(request);
  }
  if (route.post && method == "POST") co_return co_await respond_to_post(route, request);
  co_return method_not_allowed(!route.post ? "GET, HEAD" : route.get ? "GET, HEAD, POST" : "POST");
}

HttpServer::Request HttpServer::Session::request() const {
  const std::string_view target = reader_->target();
  const std::size_t path_end = std::min(target.find('?'), target.size());
  Request request;
  request.path = target.substr(0, path_end);
  request.query = target.substr(std::min(path_end + 1, target.size()));
  request.authorization = reader_->field("authorization");
  request.accept = reader_->field("accept");
  request.host = reader_->field("host");
  request.origin = reader_->field("origin");
  return request;
}

Awaitable<Response> HttpServer::Session::respond_to_post(const Route& route, const Request& request) {
  const std::string_view expectation = reader_->field("expect");
  if (!expectation.empty() && !equal_ignoring_case(expectation, "100-continue")) {
    co_return plain(417, "Only 100-continue can be expected.");
  }
  body_max_ = route.body_max;
  if (reader_->content_length().value_or(0) > body_max_) {
    refuse(Refusal::body_too_large);
    co_return Response();
  }
  Request post = request;
  post.content_type = reader_->field("content-type");
  post.content_encoding = reader_->field("content-encoding");
  post.content_length = reader_->content_length();
  co_return co_await route.post(post, *this);
}

Awaitable<bool> HttpServer::Session::read(Take take) {
  body_start_ = MonoClock::now();
  set_deadline(server_->options.header_time);
  if (unread_.empty() && reader_->has_body() && !reader_->is_http_1_0() && !reader_->field("expect").empty()) {
    const bool sent = co_await send("HTTP/1.1 100 Continue\r\n\r\n", server_->options.header_time);
    if (!sent) co_return refuse(Refusal::gone);
  }
  std::string taken = std::move(unread_);
  unread_.clear();
  std::string_view bytes = taken;
  for (;;) {
    if (!take_pieces(bytes, take)) co_return false;
    if (reader_->body_done()) break;
    const auto expected = std::chrono::seconds(body_received_ / server_->options.body_rate_min);
    deadline_ = body_start_ + server_->options.header_time + expected;
    bytes = co_await receive(read_bytes_max);
    if (bytes.empty()) co_return refuse(late_ ? Refusal::too_slow : Refusal::gone);
  }
  unread_.assign(bytes);
  deadline_ = MonoTime::max();
  co_return true;
}

bool HttpServer::Session::take_pieces(std::string_view& bytes, const Take& take) {
  while (!bytes.empty() && !reader_->body_done()) {
    std::string_view piece;
    if (reader_->take_body(bytes, piece) == Status::malformed) return refuse(Refusal::malformed);
    body_received_ += piece.size();
    if (body_received_ > body_max_) return refuse(Refusal::body_too_large);
    if (!piece.empty() && !take(piece)) return false;
  }
  return true;
}

bool HttpServer::Session::waits_for_nothing() const {
  return server_->closing || (server_->ending && !begun_);
}

// The next bytes of the client, which must be used before the next wait; empty when there will be none: it has closed,
// is too late, or nothing is waited for any more.
Awaitable<std::string_view> HttpServer::Session::receive(std::size_t at_most) {
  for (;;) {
    if (!waits_for_nothing()) co_await connection_.ready();
    const ReadResult read = connection_.read(std::span(server_->buffer.get(), at_most));
    if (read.size > 0) co_return std::string_view(server_->buffer.get(), read.size);
    if (!read.open || late_ || waits_for_nothing()) co_return std::string_view();
  }
}

void HttpServer::Session::set_deadline(Duration from_now) {
  late_ = false;
  deadline_ = MonoClock::now() + from_now;
}

void HttpServer::Session::check_deadline(MonoTime now) {
  if (now < deadline_) return;
  late_ = true;
  interrupt();
}

}  // namespace towline::net
