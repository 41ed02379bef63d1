#include "config/address.hpp"

#include <arpa/inet.h>

#include <charconv>

namespace towline::config {
namespace {

Result<HostPort> with_port(std::string_view host, std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size())
    return Error{"the port must be a number from 0 to 65535"};
  return HostPort{std::string(host), port};
}

Result<HostPort> split_bracketed(std::string_view text) {
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos) return Error{"`[` without its `]`"};
  const std::string_view host = text.substr(1, close - 1);
  if (!is_ipv6(std::string(host))) return Error{"what is in brackets must be an IPv6 address"};
  const std::string_view rest = text.substr(close + 1);
  if (rest.empty()) return HostPort{std::string(host), std::nullopt};
  if (rest.front() != ':') return Error{"after `]` comes `:` and the port"};
  return with_port(host, rest.substr(1));
}

}  // namespace

Result<HostPort> split_host_port(std::string_view text) {
  if (text.starts_with('[')) return split_bracketed(text);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return HostPort{std::string(text), std::nullopt};
  if (text.find(':', colon + 1) != std::string_view::npos) return Error{"an IPv6 address goes in brackets: [::1]:9000"};
  return with_port(text.substr(0, colon), text.substr(colon + 1));
}

bool is_ipv4(const std::string& host) {
  in_addr address{};
  return host.find('\0') == std::string::npos && inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return host.find('\0') == std::string::npos && inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool is_loopback(const std::string& host) {
  in_addr address{};
  in6_addr address6{};
  if (is_ipv4(host)) return inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24U) == 127;
  return is_ipv6(host) && inet_pton(AF_INET6, host.c_str(), &address6) == 1 && IN6_IS_ADDR_LOOPBACK(&address6);
}

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace towline::config
