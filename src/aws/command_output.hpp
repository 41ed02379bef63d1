// What a command of the user's says.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace towline::aws {

struct CommandLimits {
  Duration time = std::chrono::seconds(60);
  std::size_t output_max = 64 * 1024;  // bytes
};

// The standard output of `/bin/sh -c command`, when it ends well. It reads nothing, and what it says on its standard
// error is shown nowhere: either may hold secrets. It runs in a process group of its own, which is killed at a limit or
// when `stop` asks for it. The error begins with a verb, "took longer than 60 s", and never shows the command.
Result<Secret> command_output(const std::string& command, const CommandLimits& limits, const std::stop_token& stop);

}  // namespace towline::aws
