// What the options of `towline logs` ask for, checked.
#pragma once

#include <cstdint>

#include "app/commands/logs/logs.hpp"
#include "app/commands/logs/render.hpp"
#include "app/commands/logs/time_window.hpp"

namespace towline::app::logs {

struct Plan {
  TimeWindow window;
  Fields fields;
  Patterns patterns;
  RenderOptions render;
  std::uint64_t limit = 0;
  Duration wait{};
};

// The error says which options make no sense, or not together.
Result<Plan> make_plan(const LogsOptions& options, WallTime now);

}  // namespace towline::app::logs
