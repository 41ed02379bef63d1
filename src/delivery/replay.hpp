// Replay: dead letters go back into a stream, once what the destination didn't like about them has been mended.
// A letter leaves its file only after the stream has it durably: a failure or a crash on the way repeats records, it
// loses none. Those that stay are written to a file of their own, which counts only once all went well.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.hpp"
#include "base/memory_budget.hpp"
#include "base/result.hpp"
#include "delivery/dead_letters.hpp"
#include "stream/stream.hpp"

namespace towline::delivery {

// Which letters: all that are not excluded.
struct ReplayFilter {
  std::string reason;  // empty: any
  std::string since;   // RFC 3339 in UTC, or its beginning ("2026-11-20"); empty: any time
};

struct Replayed {
  std::uint64_t records = 0;  // put back into the stream, durably
  std::uint64_t kept = 0;     // still in the file: not chosen, or not readable
};

// Blocks for as long as it takes, bounded by the size of the file and `patience` for memory and for the disk: not for
// the threads that move records. Others may append to the file meanwhile. One call per sink at a time.
class Replay {
 public:
  struct Parts {
    DeadLetterFiles& letters;
    std::string sink;
    stream::Stream& stream;  // read by that sink alone
    MemoryBudget& budget;
    const Clock& clock;
    const std::atomic<bool>& stop;  // once true, it ends soon, with an error
    Duration patience = std::chrono::seconds(30);
  };
  explicit Replay(Parts parts) : parts_(std::move(parts)) {}

  Result<Replayed> run(const ReplayFilter& filter);

 private:
  Result<Replayed> put_back(const DeadLetterFiles::Taken& taken, const ReplayFilter& filter);
  bool wait_until(const std::function<bool()>& condition) const;

  Parts parts_;
};

}  // namespace towline::delivery
