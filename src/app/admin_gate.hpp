// Who may ask the admin listener what. Without `admin.token` everybody who reaches it may ask everything but what a
// route always keeps behind a token; a web page of somebody else's may ask nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "config/secret_source.hpp"
#include "net/http_server.hpp"

namespace towline::app {

enum class Access : std::uint8_t {
  open,          // everybody, for those who watch over the process; says nothing of records
  configured,    // who has the token, where one is configured
  always_token,  // who has the token: the configured one, or the daemon's own
};

// Used on the thread of the admin listener.
class AdminGate {
 public:
  // `configured` may be not configured. A file is read again when it has changed.
  explicit AdminGate(config::SecretSource configured) : source_(std::move(configured)) {}

  // Reads the configured token. The error names the file that can't be read.
  Result<void> open();

  bool has_configured_token() const { return source_.configured(); }
  // What always_token takes where no token is configured. Without it nobody gets such a route.
  void set_own_token(const Secret& token);

  // The answer where the request may not pass: 401, or 403 where no token would help.
  std::optional<net::HttpServer::Response> refuse(const net::HttpServer::Request& request, Access access);

 private:
  void read_again();

  config::SecretSource source_;
  Secret authorization_;  // "Bearer …"; empty: there is no token
};

}  // namespace towline::app
