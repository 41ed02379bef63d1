// The half of a session that sends: the head of an answer, its bytes, and what follows where it goes on.
#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <span>
#include <utility>

#include "net/http_session.hpp"

namespace towline::net {

namespace {

using runtime::Awaitable;

constexpr Duration linger_time = std::chrono::seconds(2);
constexpr std::string_view last_chunk = "0\r\n\r\n";

std::string_view reason_phrase(unsigned status) {
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {reason.data(), reason.size()};
}

}  // namespace

// Nothing for nothing: an empty chunk would be the last one.
std::string HttpServer::Session::in_a_chunk(std::string_view bytes) {
  if (bytes.empty()) return {};
  std::array<char, 16> size{};
  const auto [end, error] = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16);
  std::string text(size.data(), end);
  return text.append("\r\n").append(bytes).append("\r\n");
}

// The rest of an answer that goes on; the connection ends with it.
Awaitable<void> HttpServer::Session::go_on(std::function<std::optional<std::string>()> more, Duration period,
                                           bool in_chunks) {
  while (!server_->ending) {
    std::optional<std::string> piece = more();
    if (!piece) break;
    if (in_chunks) piece = in_a_chunk(*piece);
    const bool taken = co_await send_patiently(std::move(*piece));
    if (!taken) co_return;
    if (server_->ending) break;
    pause_.expires_after(period);
    co_await pause_.async_wait();
    if (client_has_gone()) co_return;
  }
  if (in_chunks) co_await send(std::string(last_chunk), server_->options.header_time);
}

// What it still sends is nobody's business: this connection takes no further request.
bool HttpServer::Session::client_has_gone() {
  ReadResult read = connection_.read(std::span(server_->buffer.get(), read_bytes_max));
  return !read.open;
}

// All of it within this time.
Awaitable<bool> HttpServer::Session::send(std::string text, Duration time) {
  set_deadline(time);
  std::string_view rest = text;
  for (;;) {
    const WriteResult written = connection_.write(rest);
    rest.remove_prefix(written.size);
    if (rest.empty() && written.open) break;
    if (!written.open || late_ || server_->closing) co_return false;
    co_await connection_.write_ready();
  }
  deadline_ = MonoTime::max();
  co_return true;
}

// Something of it every idle_time.
Awaitable<bool> HttpServer::Session::send_patiently(std::string text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const WriteResult written = connection_.write(rest);
    if (written.size > 0) set_deadline(server_->options.idle_time);
    rest.remove_prefix(written.size);
    if (rest.empty() && written.open) break;
    if (!written.open || late_ || server_->closing) co_return false;
    if (deadline_ == MonoTime::max()) set_deadline(server_->options.idle_time);
    co_await connection_.write_ready();
  }
  deadline_ = MonoTime::max();
  co_return true;
}

// A client that is closed while it sends may never see the answer: its kernel drops what it has received when the reset
// arrives. So what it still sends is read and thrown away, for a while.
Awaitable<void> HttpServer::Session::linger() {
  connection_.close_write();
  begun_ = true;
  set_deadline(linger_time);
  for (;;) {
    const std::string_view bytes = co_await receive(read_bytes_max);
    if (bytes.empty() || late_) break;
  }
}

std::string HttpServer::Session::head_of(const Response& response, bool keep_alive) const {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += reason_phrase(response.status);
  const auto add_field = [&head](std::string_view name, std::string_view value) {
    head.append("\r\n").append(name).append(": ").append(value);
  };
  add_field("Content-Type", response.content_type);
  add_field("Cache-Control", "no-store");
  add_field("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) add_field(name, value);
  if (!response.more)
    add_field("Content-Length", std::to_string(response.body.size()));  // of a HEAD: what GET would send
  else if (!reader_->is_http_1_0())
    add_field("Transfer-Encoding", "chunked");
  if (!keep_alive) add_field("Connection", "close");
  if (keep_alive && reader_->is_http_1_0()) add_field("Connection", "keep-alive");
  return head + "\r\n\r\n";
}

}  // namespace towline::net
