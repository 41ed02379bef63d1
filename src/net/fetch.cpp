#include "net/fetch.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "config/url.hpp"

namespace towline::net {

namespace {

// How soon a stop is noticed.
constexpr Duration slice = std::chrono::milliseconds(100);

bool is_near_url(const std::string& url) {
  const Result<config::Url> parsed = config::parse_url(url);
  return parsed && is_near(parsed->host);
}

}  // namespace

HttpReply Fetcher::fetch(HttpRequest request, const HttpOptions& options, Duration limit, const std::stop_token& stop) {
  if (!outbound_) outbound_ = std::make_unique<Outbound>();
  const MonoTime deadline = MonoClock::now() + limit;
  HttpOptions own = options;
  own.timeout = limit;
  own.connect_timeout = std::min(options.connect_timeout, limit);
  own.proxies = options.proxies && !is_near_url(request.url);

  std::optional<HttpReply> reply;
  outbound_->send(std::move(request), own, [&reply](HttpReply arrived) { reply = std::move(arrived); });
  while (!reply && !stop.stop_requested() && MonoClock::now() < deadline)
    outbound_->poll(std::min(deadline, MonoClock::now() + slice));
  if (reply) return std::move(*reply);

  outbound_.reset();  // with the request that is still under way
  HttpReply none;
  none.error = TransportError::timeout;
  none.error_text = stop.stop_requested() ? "stopped" : "no answer in time";
  return none;
}

bool is_near(const std::string& host) {
  if (host == "localhost") return true;
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    const std::uint32_t address = ntohl(v4.s_addr);
    return address >> 24U == 127 || address >> 16U == 0xA9FE;
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, host.c_str(), &v6) != 1) return false;
  const std::uint8_t* byte = v6.s6_addr;
  return IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_LINKLOCAL(&v6) ||
         (byte[0] == 0xFD && byte[1] == 0 && byte[2] == 0x0E && byte[3] == 0xC2);
}

}  // namespace towline::net
