// The server's side of TLS over a non-blocking socket, on OpenSSL directly: a read puts plain bytes where the caller
// wants them, so that idle connections hold no buffers.
// After the handshake the server sends nothing by itself: a client that only writes and closes while it has unread
// bytes (session tickets) would reset the connection and lose what it sent last. The process ignores SIGPIPE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/schema.hpp"

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace towline::net {

enum class TlsVersion : std::uint8_t { tls1_2, tls1_3 };

struct TlsServerConfig {
  std::string cert_file;
  std::string key_file;
  std::string client_ca_file;  // empty: clients need no certificate
  TlsVersion min_version = TlsVersion::tls1_2;
  Duration handshake_timeout = std::chrono::seconds(10);
};

const config::Schema<TlsServerConfig>& tls_server_schema();

constexpr auto config_values(TlsVersion) {
  return std::to_array<config::Choice<TlsVersion>>({
      {TlsVersion::tls1_2, "1.2", "TLS 1.2 and 1.3."},
      {TlsVersion::tls1_3, "1.3", "TLS 1.3 only."},
  });
}

enum class TlsStatus : std::uint8_t {
  done,         // the handshake is complete; or the whole buffer was filled and there may be more
  wants_read,   // go on when the socket is readable
  wants_write,  // go on when it is writable
  ended,        // the client has closed, with or without saying so
  failed,       // not TLS, no common version, no certificate, reset; see error()
};

struct TlsRead {
  std::size_t size = 0;  // bytes read, whatever the status
  TlsStatus status = TlsStatus::done;
};

struct TlsWrite {
  std::size_t size = 0;  // bytes taken, whatever the status
  TlsStatus status = TlsStatus::done;
};

// The TLS state of one connection. It doesn't own the socket, which outlives it. Not thread-safe.
class TlsSession {
 public:
  // To be repeated until it is done, ended or failed.
  TlsStatus handshake();

  // Fills the buffer as far as it can without blocking.
  TlsRead read(char* buffer, std::size_t capacity);

  // Takes as many bytes as it can without blocking. The rest is offered again, the same bytes first.
  TlsWrite write(const char* bytes, std::size_t size);

  // Says goodbye, without waiting for an answer. Once, at the end.
  void close_notify();

  // Why the last call failed: OpenSSL's reason, which holds nothing that the client sent.
  const std::string& error() const { return error_; }

 private:
  friend class TlsServer;
  struct Free {
    void operator()(SSL* ssl) const;
  };
  explicit TlsSession(SSL* ssl) : ssl_(ssl) {}
  TlsStatus status_of(int result);

  std::unique_ptr<SSL, Free> ssl_;
  std::string error_;
};

// What all connections of a listener share: certificate, key, rules. Immutable after load().
class TlsServer {
 public:
  // Reads the files; the error names the one that is wrong.
  static Result<TlsServer> load(const TlsServerConfig& config);

  // `socket`: connected and non-blocking.
  TlsSession accept(int socket) const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const;
  };
  explicit TlsServer(SSL_CTX* context) : context_(context) {}

  std::unique_ptr<SSL_CTX, Free> context_;
};

}  // namespace towline::net
