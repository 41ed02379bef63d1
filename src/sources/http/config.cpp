#include "sources/http/config.hpp"

#include <algorithm>

namespace towline::http {

namespace {

std::optional<std::string> check_path(const HttpSourceConfig& config) {
  const bool right = config.path.starts_with('/') && std::all_of(config.path.begin(), config.path.end(), [](char c) {
                       return c > 0x20 && c < 0x7F && c != '?' && c != '#';
                     });
  if (right) return std::nullopt;
  return "`path` must begin with a slash and hold no space, `?` or `#`";
}

}  // namespace

const config::Schema<HttpSourceConfig>& http_source_schema() {
  static const config::Schema<HttpSourceConfig> schema(
      "http", "Records by HTTP POST, answered when they are stored: the way to log without any loss.",
      config::field("listen", &HttpSourceConfig::listen,
                    "The address to listen on. Without a host (`:9001`) it is every address, IPv4 and IPv6.",
                    config::required, config::example("127.0.0.1:9001")),
      config::field("path", &HttpSourceConfig::path, "The path that takes POST requests. Others get 404."),
      config::field("max_record", &HttpSourceConfig::max_record,
                    "The longest record. A request with a longer one is refused (400).",
                    config::between(config::kibibytes(1), config::mebibytes(64))),
      config::field("max_body", &HttpSourceConfig::max_body,
                    "The longest body of a request, before and after it is unpacked. A longer one is refused (413). A "
                    "body counts against `memory` while it is held.",
                    config::between(config::kibibytes(1), config::mebibytes(1024))),
      config::field("max_connections", &HttpSourceConfig::max_connections,
                    "Connections open at once. Further ones are closed at once and counted.",
                    config::between(1U, 1'000'000U)),
      config::field("ack_timeout", &HttpSourceConfig::ack_timeout,
                    "How long an answer waits until the records are durable; then it is 503, and the records may still "
                    "be delivered.",
                    config::between(std::chrono::milliseconds(1), std::chrono::hours(1))),
      config::field("auth_token", &HttpSourceConfig::auth_token,
                    "With this, requests need `Authorization: Bearer` and this token (else 401). A `file:` is read "
                    "again when it changes."),
      config::field("tls", &HttpSourceConfig::tls, "With this, clients speak HTTPS; without it, HTTP.",
                    net::tls_server_schema()),
      config::check(check_path));
  return schema;
}

}  // namespace towline::http
