// How long to wait before the next attempt: full jitter, a random time up to a limit that doubles with each failure.
// (Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.)
#pragma once

#include <algorithm>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace towline::delivery {

// While the daemon drains, whoever fails is asked again this often.
inline constexpr Duration hurried_wait = std::chrono::milliseconds(500);

// `failures` >= 1 counts the failures in a row.
inline Duration full_jitter(unsigned failures, Duration initial, Duration max, Random& random) {
  const unsigned doublings = std::min(failures - 1, 30U);
  const Duration limit =
      initial > max / (std::int64_t{1} << doublings) ? max : initial * (std::int64_t{1} << doublings);
  return Duration(static_cast<Duration::rep>(random.below(static_cast<std::uint64_t>(limit.count()) + 1)));
}

}  // namespace towline::delivery
