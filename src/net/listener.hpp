// The server's side of TCP and UDP: sockets bound to an address of the configuration, errors that say what to do, and
// an accept that tells apart "this client is gone" and "not now". What is done with a connection is not decided here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/endpoint.hpp"
#include "runtime/asio.hpp"

namespace towline::net {

struct ListenOptions {
  std::string setting;                          // the key that holds the address, for the error: "sources.app.listen"
  std::optional<std::uint64_t> receive_buffer;  // bytes to ask the kernel for (SO_RCVBUF)
};

// "127.0.0.1:9000", "[::1]:9000"
std::string to_text(const runtime::asio::ip::tcp::endpoint& endpoint);
std::string to_text(const runtime::asio::ip::udp::endpoint& endpoint);

enum class AcceptStatus : std::uint8_t {
  accepted,
  empty,      // nobody is waiting
  failed,     // one client went away before it was accepted; the next may be fine
  exhausted,  // no descriptor or memory is left, or something unknown is wrong: wait before trying again
};

// What accept(2) meant by this errno.
AcceptStatus accept_status(int error_number);

// A listening TCP socket, used on one shard's thread. Connections inherit what is set on it: the receive buffer, and
// keep-alive, which finds a dead peer after two minutes.
class TcpListener {
 public:
  explicit TcpListener(const runtime::Executor& executor) : acceptor_(executor) {}

  // An empty host means every address, IPv4 and IPv6, or IPv4 alone on a machine without IPv6.
  Result<void> open(const config::Endpoint& endpoint, const ListenOptions& options);

  bool is_open() const { return acceptor_.is_open(); }
  std::string address() const;

  // Returns when a client may be waiting, or when the listener is closed.
  runtime::Awaitable<void> wait();

  // Never blocks. On `accepted` the socket is connected and non-blocking.
  AcceptStatus accept(runtime::TcpSocket& socket);

  void close();

 private:
  runtime::TcpAcceptor acceptor_;
  runtime::asio::ip::tcp protocol_ = runtime::asio::ip::tcp::v4();
};

// A bound, non-blocking UDP socket. It is not shared with others (no SO_REUSEADDR, which would let them take
// datagrams).
Result<runtime::UdpSocket> bind_udp(const runtime::Executor& executor, const config::Endpoint& endpoint,
                                    const ListenOptions& options);

// The receive buffer that a socket really has, in the bytes that SO_RCVBUF was asked for.
std::uint64_t granted_receive_buffer(int socket);

}  // namespace towline::net
