// Tells systemd how the service is doing (sd_notify and its watchdog), without libsystemd. Does nothing elsewhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace towline::net {

// Any thread; never waits.
class ServiceNotifier {
 public:
  // `socket` is the value of NOTIFY_SOCKET: a path, or "@name" for an abstract socket. Empty: say() does nothing.
  explicit ServiceNotifier(std::string socket) : socket_(std::move(socket)) {}
  static ServiceNotifier from_environment();

  void ready() const { say("READY=1"); }
  void stopping() const { say("STOPPING=1"); }
  void alive() const { say("WATCHDOG=1"); }
  void status(std::string_view text) const;

 private:
  void say(const std::string& message) const;

  std::string socket_;
};

// How often alive() must be called: half of WATCHDOG_USEC. Nothing when there is no watchdog, or it watches another
// process (WATCHDOG_PID).
std::optional<Duration> watchdog_interval();

}  // namespace towline::net
