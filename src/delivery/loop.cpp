#include "delivery/loop.hpp"

#include <algorithm>
#include <utility>

namespace towline::delivery {

namespace {

constexpr Duration measure_interval = std::chrono::seconds(1);

}  // namespace

Loop::Loop(net::Outbound& outbound, const Clock& clock, MemoryBudget& budget)
    : outbound_(outbound), clock_(clock), room_(budget) {
  budget.on_give_way([this] { wake(); });
}

void Loop::add(std::string sink, Deliverer& deliverer) {
  sinks_.push_back({std::move(sink), &deliverer});
  room_.add(deliverer);
  publish();  // what an earlier run left can be asked for before the first turn
}

void Loop::run() {
  for (;;) {
    const MonoTime now = clock_.now();
    const bool more = turn(now);
    if (!more && finished(now)) break;
    outbound_.poll(more ? now : std::min(next_turn(), deadline_.load()));
  }
  // An attempt may have ended within the last turn.
  for (const Entry& entry : sinks_) entry.deliverer->settle_ended(clock_.now());
  for (stream::Stream* stream : streams_) stream->let_go();
  publish();
}

// True: there is more to take in at once.
bool Loop::turn(MonoTime now) {
  bool more = false;
  for (stream::Stream* stream : streams_) more |= stream->take_in();
  for (stream::Stream* stream : streams_) stream->let_go();  // what is durable since the last turn is no pressure
  room_.turn();
  const bool begin_to_hurry = hurry_.load() && !hurried_;
  hurried_ |= begin_to_hurry;
  for (const Entry& entry : sinks_) {
    if (begin_to_hurry) entry.deliverer->drain(now);
    entry.deliverer->turn(now);
  }
  for (stream::Stream* stream : streams_) stream->let_go();
  measure(now);
  publish();
  return more;
}

void Loop::measure(MonoTime now) {
  if (now - measured_ < measure_interval) return;
  measured_ = now;
  for (const Entry& entry : sinks_) entry.deliverer->measure();
}

bool Loop::finished(MonoTime now) const {
  const MonoTime deadline = deadline_.load();
  if (deadline == MonoTime::max()) return false;
  const bool nothing_left =
      std::all_of(sinks_.begin(), sinks_.end(), [](const Entry& entry) { return entry.deliverer->finished(); });
  return nothing_left || now >= deadline;
}

MonoTime Loop::next_turn() const {
  MonoTime next = MonoTime::max();
  for (const Entry& entry : sinks_) next = std::min(next, entry.deliverer->next_turn());
  if (held() > 0) next = std::min(next, measured_ + measure_interval);  // what is on disk by then
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
  for (const Entry& entry : sinks_) {
    Deliverer::Snapshot snapshot = entry.deliverer->snapshot();
    const auto known = std::find_if(current.begin(), current.end(),
                                    [&](const SinkStatus& status) { return status.sink == entry.sink; });
    if (known == current.end()) {
      current.push_back({entry.sink, std::move(snapshot)});
    } else {
      known->now.add(snapshot);
    }
  }
  const std::lock_guard lock(mutex_);
  published_.swap(current);
}

std::vector<Loop::SinkStatus> Loop::status() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

bool Loop::make_room() {
  if (lose_some()) return true;
  for (const Entry& entry : sinks_) entry.deliverer->abandon_attempts();
  return lose_some();
}

bool Loop::lose_some() {
  const std::uint64_t before = held();
  room_.turn();
  for (stream::Stream* stream : streams_) stream->let_go();
  publish();
  return held() < before;
}

std::uint64_t Loop::held() const {
  std::uint64_t held = 0;
  for (const Entry& entry : sinks_) held += entry.deliverer->held();
  return held;
}

void Loop::each_left(const VisitLeft& visit) {
  for (stream::Stream* stream : streams_) {
    while (stream->take_in()) continue;
  }
  for (const Entry& entry : sinks_) {
    entry.deliverer->each_left([&](std::string_view record) { visit(entry.sink, record); });
  }
}

}  // namespace towline::delivery
