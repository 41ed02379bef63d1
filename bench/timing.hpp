// How long work takes.
#pragma once

#include <algorithm>
#include <ctime>

namespace towline::bench {

// CPU time of this process: waiting for a core on a busy machine doesn't count.
inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// The best of several passes: what the code costs, not what the neighbours on the machine do.
template <class Work>
double best_of(int passes, Work work) {
  double best = 1e9;
  for (int pass = 0; pass < passes; ++pass) {
    const double begin = cpu_seconds();
    work();
    best = std::min(best, cpu_seconds() - begin);
  }
  return best;
}

}  // namespace towline::bench
