#include "net/connection.hpp"

#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

namespace towline::net {

using runtime::TcpSocket;

Connection::Connection(TcpSocket socket, std::optional<TlsSession> tls)
    : socket_(std::move(socket)), tls_(std::move(tls)) {}

TlsStatus Connection::handshake() {
  const TlsStatus status = tls_->handshake();
  read_goes_on(status);
  return status;
}

runtime::Awaitable<void> Connection::ready() {
  if (pending_) {
    co_await runtime::asio::post(socket_.get_executor(), runtime::Token());  // lets the others have their turn
  } else {
    co_await socket_.async_wait(read_wait_);
  }
}

runtime::Awaitable<void> Connection::write_ready() {
  co_await socket_.async_wait(write_wait_);
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
  const TlsRead read = tls_->read(buffer.data(), buffer.size());
  read_goes_on(read.status);
  return {read.size, read.status != TlsStatus::ended && read.status != TlsStatus::failed};
}

void Connection::read_goes_on(TlsStatus status) {
  pending_ = status == TlsStatus::done;
  read_wait_ = status == TlsStatus::wants_write ? TcpSocket::wait_write : TcpSocket::wait_read;
}

WriteResult Connection::write(std::string_view bytes) {
  return tls_ ? write_tls(bytes) : write_plain(bytes);
}

WriteResult Connection::write_plain(std::string_view bytes) {
  const ssize_t size = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (size >= 0) return {static_cast<std::size_t>(size), true};
  return {0, errno == EAGAIN || errno == EINTR};
}

WriteResult Connection::write_tls(std::string_view bytes) {
  const TlsWrite written = tls_->write(bytes.data(), bytes.size());
  write_wait_ = written.status == TlsStatus::wants_read ? TcpSocket::wait_read : TcpSocket::wait_write;
  return {written.size, written.status != TlsStatus::ended && written.status != TlsStatus::failed};
}

void Connection::interrupt() {
  runtime::ErrorCode ignored;
  socket_.cancel(ignored);
}

void Connection::close_write() {
  if (tls_) tls_->close_notify();
  write_closed_ = true;
  runtime::ErrorCode ignored;
  socket_.shutdown(TcpSocket::shutdown_send, ignored);
}

void Connection::close() {
  if (tls_ && !write_closed_) tls_->close_notify();
  runtime::ErrorCode ignored;
  socket_.close(ignored);
}

}  // namespace towline::net
