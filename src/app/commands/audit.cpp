#include "app/commands/audit.hpp"

#include <ostream>

#include "app/audit_view.hpp"

namespace towline::app {

namespace {

Result<std::string> ask(const AuditOptions& options) {
  Result<net::HttpAnswer> reply = ask_admin(options.admin, "/audit", options.timeout);
  if (!reply) return reply.error();
  if (reply->status != 200) return Error{"the daemon answered " + std::to_string(reply->status) + " to /audit"};
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
