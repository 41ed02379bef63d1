// What the kernel says about this process, for the process_* metrics. Linux only.
#pragma once

#include <cstdint>

namespace towline::telemetry {

struct ProcessStats {
  std::uint64_t resident_bytes = 0;
  double cpu_seconds = 0;  // user and system, all threads, since the start
  std::uint64_t open_fds = 0;
};

// Any thread. What can't be read is 0.
ProcessStats read_process_stats();

}  // namespace towline::telemetry
