#include "net/listener.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>
#include <limits>
#include <sstream>
#include <utility>
#include <vector>

namespace towline::net {

namespace {

namespace ip = runtime::asio::ip;
using runtime::ErrorCode;
using runtime::asio::socket_base;

template <class E>
std::string endpoint_text(const E& endpoint) {
  std::ostringstream text;
  text << endpoint;
  return text.str();
}

// The addresses to try, in this order.
Result<std::vector<ip::address>> addresses(const config::Endpoint& endpoint) {
  if (endpoint.host.empty()) return std::vector<ip::address>{ip::address_v6::any(), ip::address_v4::any()};
  ErrorCode error;
  const ip::address address = ip::make_address(endpoint.host, error);
  if (error) return Error{"`" + endpoint.host + "` is not an IP address"};
  return std::vector<ip::address>{address};
}

std::string advice(const ErrorCode& error, const std::string& setting) {
  switch (error.value()) {
    case EADDRINUSE:
      return " (is another towline running? change " + setting + ")";
    case EACCES:
      return " (ports below 1024 need the capability CAP_NET_BIND_SERVICE; change " + setting + ")";
    case EADDRNOTAVAIL:
      return " (no interface of this machine has this address; change " + setting + ")";
    default:
      return "";
  }
}

Error listen_error(std::string_view transport, const config::Endpoint& endpoint, const ErrorCode& error,
                   const std::string& setting) {
  std::string reason = error.message();
  if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z') reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
  return Error{"can't listen on " + std::string(transport) + " " + config::to_string(endpoint) + ": " + reason +
               advice(error, setting)};
}

void set_option(int socket, int level, int name, int value, ErrorCode& error) {
  if (error || ::setsockopt(socket, level, name, &value, sizeof value) == 0) return;
  error.assign(errno, boost::system::system_category());
}

void set_receive_buffer(int socket, const ListenOptions& options, ErrorCode& error) {
  if (!options.receive_buffer) return;
  const auto bytes = std::min<std::uint64_t>(*options.receive_buffer, std::numeric_limits<int>::max());
  set_option(socket, SOL_SOCKET, SO_RCVBUF, static_cast<int>(bytes), error);
}

void set_tcp_options(int socket, const ListenOptions& options, ErrorCode& error) {
  set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1, error);
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1, error);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 60, error);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 15, error);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 4, error);
  set_receive_buffer(socket, options, error);
}

// Opens a socket of the address's family and binds it; the options are set in between.
template <class Socket, class Endpoint, class SetOptions>
ErrorCode bind_to(Socket& socket, const Endpoint& endpoint, SetOptions set_options) {
  ErrorCode error;
  socket.close(error);
  socket.open(endpoint.protocol(), error);
  if (!error && endpoint.address().is_v6()) socket.set_option(ip::v6_only(false), error);
  if (!error) set_options(socket.native_handle(), error);
  if (!error) socket.bind(endpoint, error);
  if (!error) socket.non_blocking(true, error);
  return error;
}

// Without IPv6 a socket can't be opened, or the address can't be bound (switched off by sysctl).
bool lacks_ipv6(const ErrorCode& error) {
  return error.value() == EAFNOSUPPORT || error.value() == EADDRNOTAVAIL;
}

}  // namespace

std::string to_text(const ip::tcp::endpoint& endpoint) {
  return endpoint_text(endpoint);
}
std::string to_text(const ip::udp::endpoint& endpoint) {
  return endpoint_text(endpoint);
}

AcceptStatus accept_status(int error_number) {
  switch (error_number) {
    case 0:
      return AcceptStatus::accepted;
    case EAGAIN:
      return AcceptStatus::empty;
    // Errors of one connection, which Linux reports through accept(2).
    case ECONNABORTED:
    case EINTR:
    case EPERM:
    case EPROTO:
    case ENETDOWN:
    case ENETUNREACH:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
    case EOPNOTSUPP:
    case ETIMEDOUT:
      return AcceptStatus::failed;
    default:
      return AcceptStatus::exhausted;
  }
}

Result<void> TcpListener::open(const config::Endpoint& endpoint, const ListenOptions& options) {
  const auto candidates = addresses(endpoint);
  if (!candidates) return candidates.error();
  ErrorCode error;
  for (const ip::address& address : *candidates) {
    const ip::tcp::endpoint local(address, endpoint.port);
    error = bind_to(acceptor_, local, [&](int s, ErrorCode& e) { set_tcp_options(s, options, e); });
    if (!error) acceptor_.listen(socket_base::max_listen_connections, error);
    protocol_ = local.protocol();
    if (!lacks_ipv6(error)) break;
  }
  if (!error) return {};
  close();
  return listen_error("tcp", endpoint, error, options.setting);
}

std::string TcpListener::address() const {
  ErrorCode error;
  return to_text(acceptor_.local_endpoint(error));
}

runtime::Awaitable<void> TcpListener::wait() {
  co_await acceptor_.async_wait(socket_base::wait_read);
}

AcceptStatus TcpListener::accept(runtime::TcpSocket& socket) {
  const int descriptor = ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) return accept_status(errno);
  ErrorCode error;
  socket.assign(protocol_, descriptor, error);
  if (!error) return AcceptStatus::accepted;
  ::close(descriptor);
  return AcceptStatus::exhausted;
}

void TcpListener::close() {
  ErrorCode ignored;
  acceptor_.close(ignored);
}

Result<runtime::UdpSocket> bind_udp(const runtime::Executor& executor, const config::Endpoint& endpoint,
                                    const ListenOptions& options) {
  const auto candidates = addresses(endpoint);
  if (!candidates) return candidates.error();
  runtime::UdpSocket socket(executor);
  ErrorCode error;
  for (const ip::address& address : *candidates) {
    const ip::udp::endpoint local(address, endpoint.port);
    error = bind_to(socket, local, [&](int s, ErrorCode& e) { set_receive_buffer(s, options, e); });
    if (!lacks_ipv6(error)) break;
  }
  if (error) return listen_error("udp", endpoint, error, options.setting);
  return socket;
}

// The kernel doubles what it is asked for, to have room for its own bookkeeping, and reports the double.
std::uint64_t granted_receive_buffer(int socket) {
  int bytes = 0;
  socklen_t size = sizeof bytes;
  if (::getsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, &size) != 0) return 0;
  return static_cast<std::uint64_t>(bytes) / 2;
}

}  // namespace towline::net
