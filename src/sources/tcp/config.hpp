// What the user writes about a source of type tcp.
#pragma once

#include <cstdint>
#include <optional>

#include "component/source_config.hpp"
#include "config/schema.hpp"
#include "net/tls_server.hpp"

namespace towline::tcp {

struct TcpConfig {
  config::Endpoint listen;
  component::SourceConfig common;
  std::uint32_t max_connections = 1024;
  config::OrOff<Duration> idle_timeout;
  std::optional<config::ByteSize> receive_buffer;
  std::optional<net::TlsServerConfig> tls;
};

const config::Schema<TcpConfig>& tcp_schema();

}  // namespace towline::tcp
