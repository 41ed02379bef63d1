// Moves one sink's cursor along its stream: cut a batch, attempt it, settle the outcome. A state machine without
// threads and system calls: time, randomness, the stream and the sink are handed in, so that a simulation can drive it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/memory_budget.hpp"
#include "component/delivery_config.hpp"
#include "component/sink.hpp"
#include "delivery/batcher.hpp"
#include "delivery/breaker.hpp"
#include "delivery/dead_letters.hpp"
#include "delivery/progress.hpp"
#include "delivery/tally.hpp"
#include "stream/stream.hpp"

namespace towline::delivery {

// Used on the delivery thread. Everything referred to outlives it.
class Deliverer {
 public:
  struct Parts {
    std::string sink_id;
    const component::DeliveryConfig& config;
    stream::Stream& stream;
    component::Sink& sink;
    DeadLetters& dead_letters;
    MemoryBudget& budget;
    Random& random;
    Tally tally;
  };
  explicit Deliverer(Parts parts);

  // Does whatever is due at `now`: settles outcomes, cuts batches, starts attempts.
  void turn(MonoTime now);

  // When turn() has something to do even if nothing arrives and no attempt ends.
  MonoTime next_turn() const;

  // The daemon ends: part batches are due at once and waits are short.
  void drain(MonoTime now);

  std::uint64_t held() const { return parts_.stream.end() - progress_.settled(); }

  struct Snapshot {
    Breaker::State state;
    std::string cause;
    std::uint64_t settled;  // records
    MonoTime oldest;        // of what is held; MonoTime::max() where nothing is
  };
  Snapshot snapshot() const;

 private:
  // What the parts of a batch that was too large teach about the destination's limit, once all of them are settled.
  struct SizeLesson {
    std::uint64_t largest_taken = 0;  // plain bytes
    bool record_too_large = false;    // it may have been that record's size, not the batch's: nothing is learnt
  };

  // A batch that is being delivered: waiting for its (next) attempt, or under way.
  struct Job {
    component::Batch batch;
    std::uint64_t attempts = 0;
    // Requests that may still be spent on finding the guilty record; shared by the parts of one rejected batch.
    std::shared_ptr<std::uint32_t> isolation;
    std::shared_ptr<SizeLesson> lesson;  // shared by the parts of one batch that was too large
  };
  struct Ended {
    std::uint64_t attempt;
    component::Outcome outcome;
  };

  void fill();
  bool due(MonoTime now) const;
  bool take_job(MonoTime now, Job& job);
  void start(Job job);
  void settle(Job job, const component::Outcome& outcome, MonoTime now);
  void try_again(Job job, const component::Outcome& outcome, MonoTime now);
  void shrink(Job job, const component::Outcome& outcome);
  void isolate(Job job, const component::Outcome& outcome);
  void split(const Job& job);
  void delivered(const Job& job);
  void give_up(const Job& job, std::string_view reason, const component::Outcome& outcome);
  void learn_from(const Job& job);
  void bury(const std::vector<component::Slice>& slices, std::string_view reason, const component::Outcome& outcome);
  void done_with(const std::vector<component::Slice>& slices);
  void look_for_new_credentials(MonoTime now);
  void report() const;

  Parts parts_;
  stream::CursorId cursor_;
  Batcher batcher_;
  Breaker breaker_;
  Progress progress_;
  std::deque<Job> waiting_;  // to be sent again or in parts; oldest records first
  std::map<std::uint64_t, Job> under_way_;
  std::vector<Ended> ended_;  // outcomes since the last turn
  std::uint64_t last_attempt_ = 0;
  MonoTime credentials_looked_at_{};
  bool draining_ = false;
};

}  // namespace towline::delivery
