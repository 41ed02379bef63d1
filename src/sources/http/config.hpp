// What the user writes about a source of type http.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "config/schema.hpp"
#include "net/tls_server.hpp"

namespace towline::http {

// A client that is answered decides itself what becomes of a bad request, and is never kept waiting for room: so there
// is no `invalid` and no `block_at_most` here.
struct HttpSourceConfig {
  config::Endpoint listen;
  std::string path = "/";
  config::ByteSize max_record = config::mebibytes(1);
  config::ByteSize max_body = config::mebibytes(20);
  std::uint32_t max_connections = 1024;
  Duration ack_timeout = std::chrono::seconds(10);
  config::SecretSource auth_token;
  std::optional<net::TlsServerConfig> tls;
};

const config::Schema<HttpSourceConfig>& http_source_schema();

}  // namespace towline::http
