// The delivery thread: turns every sink's deliverer whenever something has arrived, ended or become due, and waits in
// one place for all of them.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "delivery/deliverer.hpp"
#include "net/outbound.hpp"
#include "stream/stream.hpp"

namespace towline::delivery {

class Loop {
 public:
  struct SinkStatus {
    std::string sink;
    Deliverer::Snapshot now;
  };

  // Everything referred to outlives the loop.
  Loop(net::Outbound& outbound, const Clock& clock) : outbound_(outbound), clock_(clock) {}

  // Before run().
  void add(stream::Stream& stream) { streams_.push_back(&stream); }
  void add(std::string sink, Deliverer& deliverer) { sinks_.push_back({std::move(sink), &deliverer}); }

  // The body of the delivery thread. Returns when a drain has been asked for and either nothing is held any more or
  // its deadline has come.
  void run();

  // --- any thread ---

  // Something was appended.
  void wake() { outbound_.wake(); }

  // The end is near: part batches are due at once and waits are short. More may still be appended.
  void hurry();

  // Nothing is appended any more: deliver what is held and end, at the deadline whatever is left. A second call moves
  // the deadline.
  void drain(MonoTime deadline);

  // As of the last turn.
  std::vector<SinkStatus> status() const;

 private:
  struct Entry {
    std::string sink;
    Deliverer* deliverer;
  };

  bool finished(MonoTime now) const;
  bool turn(MonoTime now);
  void publish();
  MonoTime next_turn() const;

  net::Outbound& outbound_;
  const Clock& clock_;
  std::vector<stream::Stream*> streams_;
  std::vector<Entry> sinks_;
  std::atomic<MonoTime> deadline_{MonoTime::max()};
  std::atomic<bool> hurry_{false};
  bool hurried_ = false;

  mutable std::mutex mutex_;  // guards published_
  std::vector<SinkStatus> published_;
};

}  // namespace towline::delivery
