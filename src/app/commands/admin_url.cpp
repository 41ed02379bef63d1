#include "app/commands/admin_url.hpp"

#include "config/endpoint.hpp"

namespace towline::app {

Result<std::string> admin_url(std::string_view url, const std::optional<std::string>& listen) {
  if (!url.empty()) return std::string(url.substr(0, url.find_last_not_of('/') + 1));
  if (!listen || listen->empty()) return std::string("http://127.0.0.1:8686");
  if (*listen == "off") return Error{"TOWLINE_ADMIN_LISTEN is off: there is no admin listener to ask"};

  Result<config::Endpoint> endpoint = config::parse_endpoint(*listen);
  if (!endpoint) return Error{"TOWLINE_ADMIN_LISTEN: " + endpoint.error().message};
  if (endpoint->host.empty() || endpoint->host == "0.0.0.0") endpoint->host = "127.0.0.1";
  if (endpoint->host == "::") endpoint->host = "::1";
  return "http://" + config::to_string(*endpoint);
}

}  // namespace towline::app
