#include "config/endpoint.hpp"

#include "config/address.hpp"

namespace towline::config {

Result<Endpoint> parse_endpoint(std::string_view text) {
  Result<HostPort> parts = split_host_port(text);
  if (!parts) return parts.error();
  if (!parts->port) return Error{"the port is missing, as in 127.0.0.1:9000"};
  if (!parts->host.empty() && !is_ipv4(parts->host) && !is_ipv6(parts->host))
    return Error{"to listen on needs an IP address: 127.0.0.1 for this machine only, 0.0.0.0 for every IPv4 address"};
  return Endpoint{std::move(parts->host), *parts->port};
}

std::string to_string(const Endpoint& endpoint) {
  return bracketed(endpoint.host) + ":" + std::to_string(endpoint.port);
}

std::optional<Endpoint> Value<Endpoint>::parse(const Node& node, Problems& problems) {
  if (!expect_scalar(node, "an address", problems)) return std::nullopt;
  Result<Endpoint> endpoint = parse_endpoint(node.text);
  if (endpoint) return std::move(*endpoint);
  problems.add(node.mark, "expected an address with a port, not " + node.shown(), endpoint.error().message);
  return std::nullopt;
}

std::string Value<Endpoint>::print(const Endpoint& endpoint) {
  return "\"" + to_string(endpoint) + "\"";
}

ValueInfo Value<Endpoint>::info() {
  return {"address:port", text_matching(":[0-9]+$|\\$\\{"), {}};
}

}  // namespace towline::config
