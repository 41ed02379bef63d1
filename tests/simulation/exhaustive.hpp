// Every history up to a number of steps, breadth first. A step is an action of the daemon's threads with everything
// that may happen in it (replies, a failing sync), a bad bit, or a crash: before every change of the disk inside every
// action and inside the recovery, with every legal state of the disk.
//
// What makes it feasible: after a crash the daemon is a function of the disk and of what the world outside knows. Two
// crashes that leave both alike have the same future, which is explored once.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "simulation/world.hpp"

namespace towline::simulation {

struct Exhaustive {
  Settings settings;
  std::uint32_t depth = 4;
  std::uint32_t threads = 2;
  bool disk_full = true;  // is a full disk among the actions?
  // In each stretch of so many bytes one bit may go bad, unless the stretch is as the one before it: in a long run of
  // the same bytes (zeros between the slots of a checkpoint, say) one stands for all.
  std::uint64_t flip_stride = 32;
};

struct Finding {
  std::string story;
  std::string violation;
};

struct Explored {
  std::optional<Finding> finding;
  std::uint64_t states = 0;   // of a machine that is off, each another
  std::uint64_t crashes = 0;  // that led to them
  std::uint64_t lives = 0;    // played from a state on
  std::array<std::uint64_t, static_cast<std::size_t>(Sometimes::count)> seen{};
};

Explored explore(const Exhaustive& what);

}  // namespace towline::simulation
