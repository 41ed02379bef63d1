// A request of a sink and what came of it, as plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "codec/body.hpp"

namespace towline::net {

// The first bytes of a reply's body that are kept, if HttpOptions doesn't say otherwise; and the most it may say.
inline constexpr std::size_t reply_body_default = 64 * 1024;
inline constexpr std::size_t reply_body_limit = 4 * 1024 * 1024;

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
  bool proxies = true;                              // those of the environment; false: straight to the host
  std::size_t reply_body_max = reply_body_default;  // bytes, up to reply_body_limit

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
  // Names in lower case, in the order of their arrival: the first headers_max, of header_bytes_max together.
  // What is beyond is left out.
  std::vector<std::pair<std::string, std::string>> headers;
  // The first bytes of the body, as many as HttpOptions::reply_body_max says. The rest is read and thrown away; a reply
  // of more than that, and of more than 1 MiB, is ended there, and its status counts. One that is shorter than its
  // length says is a bad_reply.
  std::string body;
  bool body_cut = false;  // there was more of it

  // The first header of that name, which is given in lower case; null where there is none.
  const std::string* header(std::string_view name) const {
    for (const auto& [own, value] : headers) {
      if (own == name) return &value;
    }
    return nullptr;
  }

  static constexpr std::size_t reply_body_max = reply_body_default;
  static constexpr std::size_t headers_max = 64;
  static constexpr std::size_t header_bytes_max = 16 * 1024;
};

}  // namespace towline::net
