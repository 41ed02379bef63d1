// Writing to stderr must never stop the daemon: a reader that has gone to sleep costs log lines, not records.
// Rate limit and line form are in diagnostics_line.cpp.
#include "base/diagnostics.hpp"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>

#include "base/diagnostics_line.hpp"

namespace towline::diagnostics {

namespace {

struct Log {
  std::mutex mutex;
  EventLimit limit;
  Format format = Format::text;
  std::atomic<Severity> least{Severity::info};
  std::atomic<std::uint64_t> lost_lines{0};
  std::uint64_t lost_lines_told = 0;
};

// Never destroyed: a thread may still log while the process exits.
Log& the_log() {
  static Log& log = *new Log;
  return log;
}

bool wants_colour() {
  static const bool wanted = [] {
    const char* no_color = std::getenv("NO_COLOR");
    return isatty(STDERR_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
  }();
  return wanted;
}

// A pipe that polls as writable takes PIPE_BUF bytes, and so a whole line, without waiting.
bool write_line(const std::string& line) {
  pollfd stream{STDERR_FILENO, POLLOUT, 0};
  if (poll(&stream, 1, 0) != 1 || (stream.revents & POLLOUT) == 0) return false;
  return write(STDERR_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

}  // namespace

void configure(Severity least, Format format) {
  Log& log = the_log();
  std::lock_guard lock(log.mutex);
  log.least = least;
  log.format = format;
}

void log(Severity severity, std::string_view event, std::string_view message, std::initializer_list<Field> fields) {
  Log& log = the_log();
  if (severity < log.least) return;
  const SystemClock clock;
  std::lock_guard lock(log.mutex);
  const std::optional<std::uint64_t> suppressed = log.limit.admit(event, clock.now());
  if (!suppressed) return;
  const std::uint64_t lost = log.lost_lines - log.lost_lines_told;
  const Event line{clock.wall_now(), severity, event, message, fields, *suppressed, lost};
  if (write_line(log.format == Format::json ? json_line(line) : text_line(line, wants_colour()))) {
    log.lost_lines_told += lost;
  } else {
    ++log.lost_lines;
  }
}

std::uint64_t lost_lines() {
  return the_log().lost_lines;
}

}  // namespace towline::diagnostics
