#include "app/commands/audit.hpp"

#include <ostream>

#include "app/audit_view.hpp"
#include "app/commands/admin_url.hpp"
#include "net/http_ask.hpp"

namespace towline::app {

namespace {

Result<std::string> ask(const AuditOptions& options) {
  const Result<std::string> url = admin_url(options.url, options.admin_listen);
  if (!url) return url.error();
  Result<net::HttpAnswer> reply = net::http_get(*url + "/audit", options.timeout);
  if (!reply) {
    return Error{reply.error().message +
                 "\nIs the daemon running? Start it with `towline run`, or say where it is with --url or "
                 "TOWLINE_ADMIN_LISTEN."};
  }
  if (reply->status != 200) return Error{*url + "/audit answered " + std::to_string(reply->status)};
  return std::move(reply->body);
}

}  // namespace

int audit_command(const AuditOptions& options, std::ostream& out, std::ostream& err) {
  const Result<std::string> answer = ask(options);
  const Result<std::vector<AuditLine>> lines = answer ? read_audit(*answer) : answer.error();
  if (!lines) {
    err << lines.error().message << '\n';
    return 1;
  }
  out << (options.json ? *answer : audit_table(*lines));
  return 0;
}

}  // namespace towline::app
