// The bytes of one client, over plain TCP or TLS: wait until there may be some, then read without blocking into a
// buffer that the caller has for that moment only. So an idle connection holds no read buffer.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "net/tls_server.hpp"
#include "runtime/asio.hpp"

namespace towline::tcp {

struct ReadResult {
  std::size_t size = 0;  // bytes read; 0 where there was nothing to read
  bool open = true;      // false: the client has closed, or the connection is broken; nothing will follow
};

// Owned by its session; used on one shard's thread.
class Connection {
 public:
  Connection(runtime::TcpSocket socket, std::optional<net::TlsSession> tls);

  bool is_tls() const { return tls_.has_value(); }

  // One step of the TLS handshake, to be repeated after ready() while it is neither done nor failed.
  net::TlsStatus handshake();

  // Returns when a step may get further, or after interrupt().
  runtime::Awaitable<void> ready();

  // Never blocks, never waits.
  ReadResult read(std::span<char> buffer);

  // Wakes ready().
  void interrupt();

  void close();

  // Why the handshake failed.
  const std::string& tls_error() const { return tls_->error(); }

 private:
  ReadResult read_plain(std::span<char> buffer);
  ReadResult read_tls(std::span<char> buffer);
  void wait_as(net::TlsStatus status);

  runtime::TcpSocket socket_;
  std::optional<net::TlsSession> tls_;
  runtime::TcpSocket::wait_type wait_ = runtime::TcpSocket::wait_read;
  bool pending_ = false;  // TLS may hold bytes that the socket doesn't announce any more
};

}  // namespace towline::tcp
