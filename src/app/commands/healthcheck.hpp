// `towline healthcheck`: asks the running daemon how it is, for ECS, compose and scripts. Needs no shell and no curl.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace towline::app {

enum class HealthQuestion : std::uint8_t {
  live,   // does the process turn?
  ready,  // does every source listen? The default: while a destination is down the container must not be killed
  deep,   // are records being delivered in time?
};

struct HealthcheckOptions {
  std::string url = {};                          // of the admin listener; empty: see admin_url()
  std::optional<std::string> admin_listen = {};  // value of TOWLINE_ADMIN_LISTEN
  HealthQuestion question = HealthQuestion::ready;
  Duration timeout = std::chrono::seconds(2);
};

// One line on `out` and 0 when the answer is yes, one line on `err` and 1 when it is no or there is none.
int healthcheck_command(const HealthcheckOptions& options, std::ostream& out, std::ostream& err);

}  // namespace towline::app
