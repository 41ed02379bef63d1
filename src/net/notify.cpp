#include "net/notify.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace towline::net {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// The value as a number; 0 when it isn't one.
std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

}  // namespace

ServiceNotifier ServiceNotifier::from_environment() {
  return ServiceNotifier(environment("NOTIFY_SOCKET"));
}

void ServiceNotifier::status(std::string_view text) const {
  std::string line(text);
  std::ranges::replace(line, '\n', ' ');  // a new line would begin another assignment
  say("STATUS=" + line);
}

// Best effort: a manager that does not listen is no reason to stop shipping logs.
void ServiceNotifier::say(const std::string& message) const {
  sockaddr_un address{};
  if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_[0] == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());

  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  sendto(fd, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&address),
         length);
  close(fd);
}

std::optional<Duration> watchdog_interval() {
  const std::string watched = environment("WATCHDOG_PID");
  if (!watched.empty() && number(watched) != getpid()) return std::nullopt;
  const std::chrono::microseconds limit(number(environment("WATCHDOG_USEC")));
  if (limit.count() < 2) return std::nullopt;
  return limit / 2;
}

}  // namespace towline::net
