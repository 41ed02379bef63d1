// One small blocking GET for the commands that ask the running daemon (healthcheck, ledger). Plain HTTP, no proxy,
// no redirect; IP addresses and names.
#pragma once

#include <cstddef>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace towline::net {

struct HttpGetReply {
  int status = 0;
  std::string body;
};

inline constexpr std::size_t http_get_reply_max = 4 * 1024 * 1024;

// `url` is "http://host:port/path". The whole exchange ends within `timeout`, except for a slow name server.
Result<HttpGetReply> http_get(const std::string& url, Duration timeout);

}  // namespace towline::net
