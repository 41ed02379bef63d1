// An address to listen on: "127.0.0.1:9000", "[::1]:9000", ":9000". Always an IP address: names aren't resolved here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/value.hpp"

namespace towline::config {

struct Endpoint {
  std::string host;        // an IP address without brackets; empty: every address, IPv4 and IPv6
  std::uint16_t port = 0;  // 0: the system chooses
  bool operator==(const Endpoint&) const = default;
};

Result<Endpoint> parse_endpoint(std::string_view text);
// The form that parse_endpoint() reads.
std::string to_string(const Endpoint& endpoint);

template <>
struct Value<Endpoint> {
  static std::optional<Endpoint> parse(const Node& node, Problems& problems);
  static std::string print(const Endpoint& endpoint);
  static ValueInfo info();
};

}  // namespace towline::config
