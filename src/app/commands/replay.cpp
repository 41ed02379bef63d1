#include "app/commands/replay.hpp"

#include <ostream>
#include <string_view>

#include "app/printable.hpp"
#include "app/query.hpp"
#include "config/value.hpp"
#include "record/time_format.hpp"

namespace towline::app {

namespace {

// "2h" is two hours ago. A time loses its 'Z', so that "10:00:00Z" is the beginning of that second, as text too.
std::optional<std::string> resolve_since(std::string_view since, const Clock& clock) {
  if (since.empty()) return std::string();
  if (const std::optional<Duration> ago = config::parse_duration(since)) {
    const std::array<char, record::rfc3339_size> time = record::format_rfc3339(clock.wall_now() - *ago);
    return std::string(time.data(), time.size() - 1);
  }
  if (since.size() < 4 || since.find_first_not_of("0123456789-:.TZ") != std::string_view::npos) return std::nullopt;
  if (since.back() == 'Z') since.remove_suffix(1);
  return std::string(since);
}

}  // namespace

int replay_command(const ReplayOptions& options, const Clock& clock, std::ostream& out, std::ostream& err) {
  const std::optional<std::string> since = resolve_since(options.since, clock);
  if (!since) {
    err << "--since takes a duration (2h) or a time in UTC (2026-11-20T10:00:00Z), not \"" << options.since << "\"\n";
    return 2;
  }
  const std::string query = "?sink=" + percent_encoded(options.sink) + "&reason=" + percent_encoded(options.reason) +
                            "&since=" + percent_encoded(*since);
  const Result<net::HttpAnswer> reply = ask_admin(options.admin, "/replay" + query, options.timeout, "POST");
  if (!reply) {
    err << reply.error().message << '\n';
    return 1;
  }
  (reply->status == 200 ? out : err) << printable(reply->body.substr(0, reply->body.find('\n'))) << '\n';
  return reply->status == 200 ? 0 : 1;
}

}  // namespace towline::app
