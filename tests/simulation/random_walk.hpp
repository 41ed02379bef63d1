// Long random histories. Each draws its own setting first: how many sinks, how small the files, which faults are common
// and which never happen (swarm testing), so that no habit of the generator hides a combination for ever.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "simulation/exhaustive.hpp"

namespace towline::simulation {

struct Walked {
  std::optional<Finding> finding;
  std::array<bool, static_cast<std::size_t>(Sometimes::count)> seen{};
};

// One history of so many steps, then faults stop. The setting and every step come from the choices; `ended` (a fuzzer's
// bytes are used up) ends it early. `trace`: the story tells every change of the disk.
Walked walk(
    Choices& choices, std::uint32_t steps, const std::function<bool()>& ended = [] { return false; },
    bool trace = false);

// The trail made as short and as plain as possible while its history still violates something: each attempt runs in a
// process of its own, since some end in an abort.
Trail shrink(Trail trail, std::uint32_t steps);

}  // namespace towline::simulation
