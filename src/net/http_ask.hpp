// One small blocking request for the commands that ask the running daemon (healthcheck, ledger, replay). Plain HTTP, no
// proxy, no redirect; IP addresses and names.
#pragma once

#include <cstddef>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace towline::net {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

inline constexpr std::size_t http_reply_max = 4 * 1024 * 1024;

// `url` is "http://host:port/path?query". The whole exchange ends within `timeout`, except for a slow name server.
Result<HttpAnswer> http_get(const std::string& url, Duration timeout);
// With an empty body: what is wanted stands in the query.
Result<HttpAnswer> http_post(const std::string& url, Duration timeout);

}  // namespace towline::net
