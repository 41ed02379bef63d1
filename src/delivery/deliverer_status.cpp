// The part of the deliverer that says how things stand: to others, and in the log when that has changed.
#include <algorithm>

#include "base/diagnostics.hpp"
#include "delivery/deliverer.hpp"

namespace towline::delivery {

// After a turn whatever can be read is in a batch, of one chunk at the least; so no disk has to be asked.
Deliverer::Snapshot Deliverer::snapshot() const {
  const std::uint64_t end = parts_.stream.end();
  const std::uint64_t held = cursor_.held(end);
  return {breaker_.state(),
          breaker_.cause(),
          held,
          owed_before_ + (end - began_at_) - held,
          oldest_held(),
          cursor_.held(std::min(end, on_disk_below())),
          diversion_.is_on() ? diversion_.fallback() : "",
          breaker_.resumes_at(),
          under_way_.size() + diverted_.size(),
          last_error_,
          failed_,
          held == 0 ? 0 : held_bytes_};
}

MonoTime Deliverer::oldest_held() const {
  MonoTime oldest = batcher_.oldest();
  const auto look_at = [&](const Job& job) { oldest = std::min(oldest, job.batch.oldest); };
  for (const auto& [attempt, job] : under_way_) look_at(job);
  for (const auto& [attempt, diverted] : diverted_) look_at(diverted.job);
  waiting_.each(look_at);
  return oldest;
}

void Deliverer::Snapshot::add(const Snapshot& other) {
  if (other.state > state) {
    state = other.state;
    cause = other.cause;
    resumes = other.resumes;
  }
  held += other.held;
  settled += other.settled;
  oldest = std::min(oldest, other.oldest);
  on_disk += other.on_disk;
  if (diverting_to.empty()) diverting_to = other.diverting_to;
  in_flight += other.in_flight;
  held_bytes += other.held_bytes;
  if (other.failed > failed) {
    failed = other.failed;
    last_error = other.last_error;
  }
}

void Deliverer::report() const {
  switch (breaker_.state()) {
    case Breaker::State::healthy:
      diagnostics::info("sink.healthy", "The destination takes records again", {{"sink", parts_.sink_id}});
      return;
    case Breaker::State::retrying:
      diagnostics::warn("sink.retrying", "The destination can't take records now; they are held and sent later",
                        {{"sink", parts_.sink_id}, {"cause", breaker_.cause()}});
      return;
    case Breaker::State::refused:
      diagnostics::error("sink.refused",
                         "The destination refuses us: check the credentials and the address. Records are held",
                         {{"sink", parts_.sink_id}, {"cause", breaker_.cause()}});
      return;
  }
}

}  // namespace towline::delivery
