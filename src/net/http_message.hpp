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
  // For everything but the body's way up, for which there is a second more for every `upload_rate_min` bytes: the
  // request is ended after their sum. It is also ended when less than `stalled_rate` moves for `timeout`, rounded up
  // to whole seconds (libcurl averages over some 5 s).
  Duration timeout = std::chrono::seconds(60);
  Duration connection_max_age = std::chrono::minutes(5);  // then a new connection, and a fresh look at DNS
  std::string ca_file;                                    // the only authorities to trust; empty: the system's
  std::string cert_file;                                  // client certificate, with key_file
  std::string key_file;
  bool tls_1_3_only = false;
  bool verify = true;

  static constexpr std::size_t upload_rate_min = 8 * 1024;  // bytes a second
  static constexpr long stalled_rate = 1024;                // bytes a second, up and down together
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
  // The first reply_body_max bytes. The rest is read and thrown away; a reply of more than 1 MiB is ended there, and
  // its status counts. One that is shorter than its length says is a bad_reply.
  std::string body;

  static constexpr std::size_t reply_body_max = 64 * 1024;
};

}  // namespace towline::net
