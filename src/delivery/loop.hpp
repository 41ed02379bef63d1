// The delivery thread: turns every sink's deliverer whenever something has arrived, ended or become due, and waits in
// one place for all of them.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/memory_budget.hpp"
#include "delivery/deliverer.hpp"
#include "delivery/room.hpp"
#include "net/outbound.hpp"
#include "stream/stream.hpp"

namespace towline::delivery {

class Loop {
 public:
  struct SinkStatus {
    std::string sink;
    Deliverer::Snapshot now;
  };
  using VisitLeft = std::function<void(std::string_view sink, std::string_view record)>;

  // Everything referred to outlives the loop. Sets the budget's on_give_way: sources don't outlive the loop.
  Loop(net::Outbound& outbound, const Clock& clock, MemoryBudget& budget);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Before run(). A sink may have several deliverers, one for each stream that it reads.
  void add(stream::Stream& stream) { streams_.push_back(&stream); }
  void add(std::string sink, Deliverer& deliverer);

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

  // As of the last turn, each sink once: what several deliverers of it hold adds up, and the worst state counts. After
  // run() it is what is left.
  std::vector<SinkStatus> status() const;

  // --- after run() ---

  // A disk has no room for what is left: sinks lose what their `when_full` says, at last what is under way, too. True:
  // they have, so there may be room once their cursors are saved.
  bool make_room();

  // Everything that could not be delivered and is on no disk, sink after sink, in the order of its streams; a record
  // comes once for each sink that holds it.
  void each_left(const VisitLeft& visit);

 private:
  struct Entry {
    std::string sink;
    Deliverer* deliverer;
  };

  bool finished(MonoTime now) const;
  bool lose_some();
  std::uint64_t held() const;
  bool turn(MonoTime now);
  void measure(MonoTime now);
  void publish();
  MonoTime next_turn() const;

  net::Outbound& outbound_;
  const Clock& clock_;
  Room room_;
  std::vector<stream::Stream*> streams_;
  std::vector<Entry> sinks_;
  std::atomic<MonoTime> deadline_{MonoTime::max()};
  std::atomic<bool> hurry_{false};
  bool hurried_ = false;
  MonoTime measured_{};

  mutable std::mutex mutex_;  // guards published_
  std::vector<SinkStatus> published_;
};

}  // namespace towline::delivery
