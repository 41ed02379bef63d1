#include "sources/tcp/connection.hpp"

#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

namespace towline::tcp {

using net::TlsStatus;
using runtime::TcpSocket;

Connection::Connection(TcpSocket socket, std::optional<net::TlsSession> tls)
    : socket_(std::move(socket)), tls_(std::move(tls)) {}

TlsStatus Connection::handshake() {
  const TlsStatus status = tls_->handshake();
  wait_as(status);
  return status;
}

runtime::Awaitable<void> Connection::ready() {
  if (pending_) {
    co_await runtime::asio::post(socket_.get_executor(), runtime::Token());  // lets the others have their turn
  } else {
    co_await socket_.async_wait(wait_);
  }
}

ReadResult Connection::read(std::span<char> buffer) {
  return tls_ ? read_tls(buffer) : read_plain(buffer);
}

// One call is enough: whatever it leaves makes ready() return at once, and the other sessions get their turn.
ReadResult Connection::read_plain(std::span<char> buffer) {
  const ssize_t size = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size > 0) return {static_cast<std::size_t>(size), true};
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return {0, true};
  return {0, false};
}

ReadResult Connection::read_tls(std::span<char> buffer) {
  const net::TlsRead read = tls_->read(buffer.data(), buffer.size());
  wait_as(read.status);
  return {read.size, read.status != TlsStatus::ended && read.status != TlsStatus::failed};
}

void Connection::wait_as(TlsStatus status) {
  pending_ = status == TlsStatus::done;
  wait_ = status == TlsStatus::wants_write ? TcpSocket::wait_write : TcpSocket::wait_read;
}

void Connection::interrupt() {
  runtime::ErrorCode ignored;
  socket_.cancel(ignored);
}

void Connection::close() {
  if (tls_) tls_->close_notify();
  runtime::ErrorCode ignored;
  socket_.close(ignored);
}

}  // namespace towline::tcp
