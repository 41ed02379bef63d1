#include "net/tls_server.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/check.hpp"

namespace towline::net {

namespace {

// The earliest error of the last call is the cause of the others.
std::string reason() {
  const unsigned long code = ERR_peek_error();
  if (code == 0) return "unknown TLS error";
  if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
  const char* text = ERR_reason_error_string(code);
  return text != nullptr ? text : "unknown TLS error";
}

Error file_error(const char* setting, const std::string& path) {
  return Error{"can't use tls." + std::string(setting) + " " + path + ": " + reason()};
}

// A key with a passphrase is an error; OpenSSL would ask for it on the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

void set_rules(SSL_CTX* context, TlsVersion min_version) {
  SSL_CTX_set_min_proto_version(context, min_version == TlsVersion::tls1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  // A stream of lines needs no close_notify to be whole: what came is used, as over plain TCP.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_IGNORE_UNEXPECTED_EOF |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
}

Result<void> require_client_certificates(SSL_CTX* context, const std::string& ca_file) {
  STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(ca_file.c_str());
  if (names == nullptr) return file_error("client_ca_file", ca_file);
  SSL_CTX_set_client_CA_list(context, names);
  if (SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) != 1) {
    return file_error("client_ca_file", ca_file);
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return {};
}

}  // namespace

const config::Schema<TlsServerConfig>& tls_server_schema() {
  static const config::Schema<TlsServerConfig> schema(
      "tls", "TLS for the clients of a source.",
      config::field("cert_file", &TlsServerConfig::cert_file,
                    "The server's certificate in PEM form, followed by those that sign it.", config::required,
                    config::example("/etc/towline/server.crt")),
      config::field("key_file", &TlsServerConfig::key_file, "Its private key in PEM form, without a passphrase.",
                    config::required, config::example("/etc/towline/server.key")),
      config::field("client_ca_file", &TlsServerConfig::client_ca_file,
                    "Clients must show a certificate that one of these authorities has signed (mutual TLS). Without "
                    "it, clients need none.",
                    config::example("/etc/towline/clients.crt")),
      config::field("min_version", &TlsServerConfig::min_version, "The oldest TLS version that is spoken."),
      config::field("handshake_timeout", &TlsServerConfig::handshake_timeout,
                    "A client that has not finished the handshake by then is closed.",
                    config::between(std::chrono::milliseconds(10), std::chrono::minutes(5))));
  return schema;
}

void TlsServer::Free::operator()(SSL_CTX* context) const {
  SSL_CTX_free(context);
}
void TlsSession::Free::operator()(SSL* ssl) const {
  SSL_free(ssl);
}

Result<TlsServer> TlsServer::load(const TlsServerConfig& config) {
  ERR_clear_error();
  TlsServer server(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* context = server.context_.get();
  if (context == nullptr) return Error{"can't set up TLS: " + reason()};
  set_rules(context, config.min_version);
  if (SSL_CTX_use_certificate_chain_file(context, config.cert_file.c_str()) != 1) {
    return file_error("cert_file", config.cert_file);
  }
  // Reports a key that doesn't belong to the certificate, too.
  if (SSL_CTX_use_PrivateKey_file(context, config.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return file_error("key_file", config.key_file);
  }
  if (!config.client_ca_file.empty()) {
    if (const auto loaded = require_client_certificates(context, config.client_ca_file); !loaded) return loaded.error();
  }
  return server;
}

// Only a machine without memory fails here, and it fails as a `new` would.
TlsSession TlsServer::accept(int socket) const {
  SSL* ssl = SSL_new(context_.get());
  CHECK(ssl != nullptr && SSL_set_fd(ssl, socket) == 1);
  SSL_set_accept_state(ssl);
  return TlsSession(ssl);
}

TlsStatus TlsSession::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  return result == 1 ? TlsStatus::done : status_of(result);
}

TlsRead TlsSession::read(char* buffer, std::size_t capacity) {
  TlsRead read;
  while (read.size < capacity) {
    ERR_clear_error();
    std::size_t size = 0;
    const int result = SSL_read_ex(ssl_.get(), buffer + read.size, capacity - read.size, &size);
    if (result != 1) {
      read.status = status_of(result);
      break;
    }
    read.size += size;
  }
  return read;
}

TlsWrite TlsSession::write(const char* bytes, std::size_t size) {
  TlsWrite write;
  while (write.size < size) {
    ERR_clear_error();
    std::size_t taken = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes + write.size, size - write.size, &taken);
    if (result != 1) {
      write.status = status_of(result);
      break;
    }
    write.size += taken;
  }
  return write;
}

void TlsSession::close_notify() {
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

TlsStatus TlsSession::status_of(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return TlsStatus::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return TlsStatus::wants_write;
    case SSL_ERROR_ZERO_RETURN:
      return TlsStatus::ended;
    case SSL_ERROR_SYSCALL:
      error_ = errno != 0 ? std::generic_category().message(errno) : "the client closed the connection";
      return TlsStatus::failed;
    default:
      error_ = reason();
      return TlsStatus::failed;
  }
}

}  // namespace towline::net
