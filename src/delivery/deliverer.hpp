// Moves one sink's cursor along its stream: cut a batch, attempt it, settle the outcome. A state machine without
// threads and system calls: time, randomness, the stream and the sink are handed in, so that a simulation can drive it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/memory_budget.hpp"
#include "component/delivery_config.hpp"
#include "component/sink.hpp"
#include "delivery/batcher.hpp"
#include "delivery/breaker.hpp"
#include "delivery/bury.hpp"
#include "delivery/concurrency.hpp"
#include "delivery/dead_letters.hpp"
#include "delivery/diversion.hpp"
#include "delivery/job.hpp"
#include "delivery/tally.hpp"
#include "delivery/waiting.hpp"
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
    const Clock& clock;  // for the wall clock only
    Tally tally;
    Fallback fallback = {};
  };
  explicit Deliverer(Parts parts);

  // Does whatever is due at `now`: settles outcomes, cuts batches, starts attempts.
  void turn(MonoTime now);
  // The first part of it alone: attempts that have ended are settled.
  void settle_ended(MonoTime now);

  // When turn() has something to do even if nothing arrives and no attempt ends.
  MonoTime next_turn() const;

  // The daemon ends: part batches are due at once and waits are short.
  void drain(MonoTime now);

  std::uint64_t held() const { return cursor_.held(parts_.stream.end()); }
  // Nothing is held, and the destination has been told of everything that it won't get.
  bool finished() const { return held() == 0 && cursor_.state().gaps.empty(); }

  struct Snapshot {
    Breaker::State state;
    std::string cause;
    std::uint64_t held;             // records: appended, neither settled nor lost
    std::uint64_t settled;          // over all runs: held + settled is what the sink was ever owed by this stream
    MonoTime oldest;                // of what is held; MonoTime::max() where nothing is
    std::uint64_t on_disk = 0;      // of what is held: survives the process
    std::string diverting_to = {};  // the fallback, while records go there
    MonoTime resumes = {};          // where it isn't healthy: no attempt before
    std::uint64_t in_flight = 0;    // attempts under way
    std::string last_error = {};    // what the destination said to the last attempt that it didn't take; no payload
    MonoTime failed = {};           // when; the default: never
    std::uint64_t held_bytes = 0;   // of chunks, as measure() found it

    // That of another deliverer of the same sink.
    void add(const Snapshot& other);
  };
  Snapshot snapshot() const;
  // Looks how many bytes are held: on disk that is a look at every segment, so not in each turn.
  void measure() { held_bytes_ = parts_.stream.bytes_held(cursor_); }

  // --- when there is no room (delivery/room.hpp) ---

  // Its destination takes records, as far as it knows.
  bool delivers() const { return breaker_.state() == Breaker::State::healthy; }
  const component::DeliveryConfig& config() const { return parts_.config; }
  stream::Stream& stream() const { return parts_.stream; }
  const stream::Cursor& cursor() const { return cursor_; }

  // The oldest record that it could lose: what is under way can't be.
  std::uint64_t oldest_droppable() const;
  // Loses everything below this number that isn't under way.
  void drop_below(std::uint64_t seq);
  // The same from this number on, with the batches that reach beyond it.
  void drop_from(std::uint64_t seq, stream::Loss loss);
  // Loses these records, which were taken in since the last turn. False: they stay, there are too many gaps to tell of.
  bool lose(stream::Range range, stream::Loss loss);

  // --- after the last turn ---

  // No attempt ends any more: what is under way may be lost like the rest.
  void abandon_attempts();
  // What is still held and on no disk, in the order of the stream.
  void each_left(const VisitRecord& visit);

 private:
  struct Ended {
    std::uint64_t attempt;
    component::Outcome outcome;
  };

  // Under way to the fallback's destination: the copy is what is sent.
  struct Diverted {
    Job job;
    component::Batch copy;
  };

  void fill();
  bool batch_is_due(MonoTime now) const;
  bool gap_is_due() const;
  std::optional<Job> next_job(MonoTime now);
  std::optional<Job> fresh_job(MonoTime now);
  std::optional<Job> fresh_batch(MonoTime now);
  bool may_probe_with_another() const;
  void start(Job job);
  void learn_pace(std::uint64_t attempt, const Job& job, const component::Outcome& outcome);
  void settle(Job job, const component::Outcome& outcome, MonoTime now);
  void try_again(Job job, const component::Outcome& outcome, MonoTime now);
  void shrink(Job job, const component::Outcome& outcome);
  void isolate(Job job, std::string_view reason, const component::Outcome& outcome);
  void split(const Job& job, std::uint64_t attempts = 0);
  void delivered(const Job& job, const component::Outcome& outcome);
  std::uint64_t set_aside(const Job& job, std::string_view reason, const component::Outcome& outcome);
  void give_up(const Job& job, std::string_view reason, const component::Outcome& outcome);
  void learn_limit(const Job& job);
  void done_with(const Job& job);
  void done_with(const std::vector<component::Slice>& slices);
  bool lose(stream::Range range, stream::Loss loss, WallTime from, WallTime to);
  bool lose(const component::Batch& batch, stream::Loss loss);
  WallTime received_at(std::uint64_t seq);
  std::uint64_t on_disk_below() const;
  void look_for_new_credentials(MonoTime now);
  void report() const;
  MonoTime next_own_turn() const;
  MonoTime oldest_held() const;

  // Failover; in deliverer_diversion.cpp.
  void divert(MonoTime now);
  bool has_room_to_divert() const;
  bool may_divert_fresh() const;
  std::optional<Job> next_diverted(MonoTime now);
  void start_diverted(Job job);
  void settle_diverted(Job job, const component::Outcome& outcome);
  void diverted(const Job& job, const component::Outcome& outcome);
  void sift(Job job);
  MonoTime next_diversion() const;
  void report_diversion() const;

  Parts parts_;
  stream::Cursor& cursor_;
  Batcher batcher_;
  Breaker breaker_;
  Waiting waiting_;
  Concurrency concurrency_;
  std::map<std::uint64_t, Job> under_way_;  // by the number of the attempt
  std::vector<Ended> ended_;                // outcomes since the last turn
  std::string last_error_;                  // see Snapshot
  MonoTime failed_{};
  std::uint64_t held_bytes_ = 0;
  Diversion diversion_;
  std::map<std::uint64_t, Diverted> diverted_;  // by the number of the attempt there
  std::vector<Ended> ended_elsewhere_;
  bool sifts_ = true;          // not in vain
  std::uint64_t began_at_;     // the stream's end at the start, and
  std::uint64_t owed_before_;  // what the sink had been owed until then
  MonoTime credentials_looked_at_{};
  MonoTime read_again_at_ = MonoTime::max();  // where the stream can't be read for now
  bool telling_ = false;                      // a marker is on its way: one gap at a time
  bool more_to_read_ = false;                 // dead letters come in portions
  bool draining_ = false;
};

}  // namespace towline::delivery
