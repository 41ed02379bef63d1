// The bytes of one client, over plain TCP or TLS: wait until there may be some, then read without blocking into a
// buffer that the caller has for that moment only. So an idle connection holds no read buffer.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/tls_server.hpp"
#include "runtime/asio.hpp"

namespace towline::net {

struct ReadResult {
  std::size_t size = 0;  // bytes read; 0 where there was nothing to read
  bool open = true;      // false: the client has closed, or the connection is broken; nothing will follow
};

struct WriteResult {
  std::size_t size = 0;  // bytes that were taken; 0 where the client doesn't read fast enough
  bool open = true;      // false: the connection is broken
};

// Owned by its session; used on one shard's thread.
class Connection {
 public:
  Connection(runtime::TcpSocket socket, std::optional<TlsSession> tls);

  bool is_tls() const { return tls_.has_value(); }

  // One step of the TLS handshake, to be repeated after ready() while it is neither done nor failed.
  TlsStatus handshake();

  // Returns when a read or a step of the handshake may get further, or after interrupt().
  runtime::Awaitable<void> ready();
  // Returns when a write may get further, or after interrupt().
  runtime::Awaitable<void> write_ready();

  // Never block, never wait. What a write didn't take is offered again, the same bytes first.
  ReadResult read(std::span<char> buffer);
  WriteResult write(std::string_view bytes);

  // Wakes ready() and write_ready().
  void interrupt();

  // Says that nothing will follow; the client may still send.
  void close_write();

  void close();

  // Why the handshake failed.
  const std::string& tls_error() const { return tls_->error(); }

 private:
  using Wait = runtime::TcpSocket::wait_type;

  ReadResult read_plain(std::span<char> buffer);
  ReadResult read_tls(std::span<char> buffer);
  WriteResult write_plain(std::string_view bytes);
  WriteResult write_tls(std::string_view bytes);
  void read_goes_on(TlsStatus status);

  runtime::TcpSocket socket_;
  std::optional<TlsSession> tls_;
  Wait read_wait_ = runtime::TcpSocket::wait_read;
  Wait write_wait_ = runtime::TcpSocket::wait_write;
  bool pending_ = false;  // TLS may hold bytes that the socket doesn't announce any more
  bool write_closed_ = false;
};

}  // namespace towline::net
