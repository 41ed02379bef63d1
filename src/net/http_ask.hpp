// One small blocking request: for the commands that ask the running daemon (healthcheck, ledger, replay), and for what
// a machine tells its processes about itself. Plain HTTP, no proxy, no redirect; IP addresses and names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace towline::net {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

inline constexpr std::size_t http_reply_max = 4 * 1024 * 1024;

struct HttpQuestion {
  std::string_view method = "GET";                                // GET, POST or PUT; the body is empty
  std::vector<std::pair<std::string, std::string>> headers = {};  // without control characters
  Duration timeout{};
  std::size_t reply_max = http_reply_max;  // bytes of head and body
};

// `url` is "http://host:port/path?query". The whole exchange ends within the timeout, except for a slow name server.
Result<HttpAnswer> http_ask(const std::string& url, const HttpQuestion& question);

Result<HttpAnswer> http_get(const std::string& url, Duration timeout);

}  // namespace towline::net
