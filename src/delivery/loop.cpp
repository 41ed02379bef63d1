#include "delivery/loop.hpp"

#include <algorithm>

namespace towline::delivery {

void Loop::run() {
  for (;;) {
    const MonoTime now = clock_.now();
    turn(now);
    if (finished(now)) return;
    outbound_.poll(std::min(next_turn(), deadline_.load()));
  }
}

void Loop::turn(MonoTime now) {
  const bool drain = deadline_.load() != MonoTime::max();
  for (stream::Stream* stream : streams_) stream->take_in();
  for (const Entry& entry : sinks_) {
    if (drain && !draining_) entry.deliverer->drain(now);
    entry.deliverer->turn(now);
  }
  draining_ = drain;
  publish();
}

bool Loop::finished(MonoTime now) {
  if (!draining_) return false;
  const bool nothing_held =
      std::all_of(sinks_.begin(), sinks_.end(), [](const Entry& entry) { return entry.deliverer->held() == 0; });
  return nothing_held || now >= deadline_.load();
}

MonoTime Loop::next_turn() const {
  MonoTime next = MonoTime::max();
  for (const Entry& entry : sinks_) next = std::min(next, entry.deliverer->next_turn());
  return next;
}

void Loop::drain(MonoTime deadline) {
  deadline_.store(deadline);
  wake();
}

void Loop::publish() {
  std::vector<SinkStatus> current;
  current.reserve(sinks_.size());
  for (const Entry& entry : sinks_) current.push_back({entry.sink, entry.deliverer->snapshot()});
  const std::lock_guard lock(mutex_);
  published_.swap(current);
}

std::vector<Loop::SinkStatus> Loop::status() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

}  // namespace towline::delivery
