#include "app/commands/healthcheck.hpp"

#include <ostream>
#include <string_view>

#include "app/commands/admin_url.hpp"
#include "net/http_ask.hpp"

namespace towline::app {

namespace {

std::string_view path_of(HealthQuestion question) {
  switch (question) {
    case HealthQuestion::live:
      return "/health/live";
    case HealthQuestion::ready:
      return "/health/ready";
    case HealthQuestion::deep:
      return "/health/deep";
  }
  return "/health/ready";
}

// The first line is the whole answer of every health route.
std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

int healthcheck_command(const HealthcheckOptions& options, std::ostream& out, std::ostream& err) {
  const Result<std::string> url = admin_url(options.url, options.admin_listen);
  if (!url) {
    err << "unhealthy: " << url.error().message << '\n';
    return 1;
  }
  const Result<net::HttpAnswer> reply = net::http_get(*url + std::string(path_of(options.question)), options.timeout);
  if (!reply) {
    err << "unhealthy: " << reply.error().message << '\n';
    return 1;
  }
  if (reply->status != 200) {
    err << "unhealthy: " << reply->status << ' ' << first_line(reply->body) << '\n';
    return 1;
  }
  out << "healthy: " << first_line(reply->body) << '\n';
  return 0;
}

}  // namespace towline::app
