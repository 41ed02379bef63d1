#include "sources/tcp/config.hpp"

#include <chrono>

namespace towline::tcp {

const config::Schema<TcpConfig>& tcp_schema() {
  static const config::Schema<TcpConfig> schema(
      "tcp", "Newline-delimited JSON over TCP, with TLS as an option.",
      config::field("listen", &TcpConfig::listen,
                    "The address to listen on. Without a host (`:9000`) it is every address, IPv4 and IPv6.",
                    config::required, config::example("127.0.0.1:9000")),
      config::embed(&TcpConfig::common, component::source_schema()),
      config::field("max_connections", &TcpConfig::max_connections,
                    "Connections open at once. Further ones are closed at once and counted.",
                    config::between(1U, 1'000'000U)),
      config::field("idle_timeout", &TcpConfig::idle_timeout,
                    "A connection that sends nothing for so long is closed. Off by default: the handlers of "
                    "applications keep one connection for their whole life, and lose a record when it is closed.",
                    config::between(std::chrono::milliseconds(10), std::chrono::hours(24 * 365))),
      config::field("receive_buffer", &TcpConfig::receive_buffer,
                    "Size of the kernel's receive buffer of a connection (SO_RCVBUF). Without it the kernel adapts the "
                    "size by itself, which is best for most.",
                    config::between(config::kibibytes(4), config::mebibytes(1024))),
      config::field("tls", &TcpConfig::tls, "With this, clients speak TLS; without it, plain TCP.",
                    net::tls_server_schema()));
  return schema;
}

}  // namespace towline::tcp
