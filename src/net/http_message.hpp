// A request of a sink and what came of it, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "codec/body.hpp"

namespace towline::net {

// How to reach a destination: one per sink, the same for all its requests.
struct HttpOptions {
  Duration connect_timeout = std::chrono::seconds(10);
  Duration timeout = std::chrono::seconds(60);            // of the whole request
  Duration connection_max_age = std::chrono::minutes(5);  // then a new connection, and a fresh look at DNS
  std::string ca_file;                                    // empty: the system's
  std::string cert_file;                                  // client certificate, with key_file
  std::string key_file;
  bool tls_1_3_only = false;
  bool verify = true;
};

struct HttpRequest {
  std::string method = "POST";
  std::string url;
  std::vector<Secret> headers;  // "Name: value"; any of them may carry a credential
  codec::Body body;
};

// Why there was no usable answer.
enum class TransportError : std::uint8_t { none, dns, connect, tls, timeout, reset, bad_reply };

struct HttpReply {
  TransportError error = TransportError::none;
  std::string error_text;  // for a person; names hosts at the most, never a header or a body
  int status = 0;          // where error is none
  std::optional<std::string> retry_after;
  std::string body;  // at most reply_body_max bytes are read; a longer reply is a bad_reply

  static constexpr std::size_t reply_body_max = 64 * 1024;
};

}  // namespace towline::net
