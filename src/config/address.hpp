// What Endpoint and Url share: "host:port" with brackets around an IPv6 address.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace towline::config {

struct HostPort {
  std::string host;                   // without brackets; may be empty
  std::optional<std::uint16_t> port;  // absent: no colon behind the host
};

// Splits only; what is inside brackets must be an IPv6 address, the rest isn't looked at.
Result<HostPort> split_host_port(std::string_view text);

bool is_ipv4(const std::string& host);
bool is_ipv6(const std::string& host);

// 127.0.0.0/8 or ::1, however it is written.
bool is_loopback(const std::string& host);

// "host", or "[host]" around an IPv6 address.
std::string bracketed(const std::string& host);

}  // namespace towline::config
