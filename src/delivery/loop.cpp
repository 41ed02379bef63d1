#include "delivery/loop.hpp"

#include <algorithm>

namespace towline::delivery {

void Loop::run() {
  for (;;) {
    const MonoTime now = clock_.now();
    const bool more = turn(now);
    if (!more && finished(now)) return;
    outbound_.poll(more ? now : std::min(next_turn(), deadline_.load()));
  }
}

// True: there is more to take in at once.
bool Loop::turn(MonoTime now) {
  bool more = false;
  for (stream::Stream* stream : streams_) more |= stream->take_in();
  const bool begin_to_hurry = hurry_.load() && !hurried_;
  hurried_ |= begin_to_hurry;
  for (const Entry& entry : sinks_) {
    if (begin_to_hurry) entry.deliverer->drain(now);
    entry.deliverer->turn(now);
  }
  publish();
  return more;
}

bool Loop::finished(MonoTime now) const {
  const MonoTime deadline = deadline_.load();
  if (deadline == MonoTime::max()) return false;
  const bool nothing_held =
      std::all_of(sinks_.begin(), sinks_.end(), [](const Entry& entry) { return entry.deliverer->held() == 0; });
  return nothing_held || now >= deadline;
}

MonoTime Loop::next_turn() const {
  MonoTime next = MonoTime::max();
  for (const Entry& entry : sinks_) next = std::min(next, entry.deliverer->next_turn());
  return next;
}

void Loop::hurry() {
  hurry_.store(true);
  wake();
}

void Loop::drain(MonoTime deadline) {
  hurry_.store(true);
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
