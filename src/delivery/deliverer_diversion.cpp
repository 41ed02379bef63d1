// The part of the deliverer that sends records to the sink's fallback while its own destination is away.
#include <algorithm>
#include <utility>

#include "base/diagnostics.hpp"
#include "delivery/deliverer.hpp"
#include "delivery/diverted_copy.hpp"

namespace towline::delivery {

using component::Outcome;
using component::Status;

namespace {

// Batches, or parts of one, that may wait under pressure because the fallback doesn't take them.
constexpr std::size_t own_only_max = 16;
constexpr std::size_t own_only_under_pressure = 4;

// A copy is plain text in memory, beside the records that are held: where it would be larger the batch is halved first.
std::uint64_t copy_max(const MemoryBudget& budget) {
  constexpr std::uint64_t bytes_max = 1024 * 1024;
  constexpr std::uint64_t part_max = 16;
  return std::min(bytes_max, budget.limit() / part_max);
}

}  // namespace

// The own destination is asked first: what is left for the fallback is what may not be sent there now.
void Deliverer::divert(MonoTime now) {
  if (!diversion_.is_possible()) return;
  if (diversion_.look(breaker_.state(), oldest_held(), now)) report_diversion();
  while (diversion_.may_start(diverted_.size(), now) && has_room_to_divert()) {
    std::optional<Job> job = next_diverted(now);
    if (!job) break;
    start_diverted(std::move(*job));
  }
}

// One copy may always be made, or a full memory would never be emptied.
bool Deliverer::has_room_to_divert() const {
  const MemoryBudget& budget = parts_.budget;
  return diverted_.empty() || budget.used() + copy_max(budget) <= budget.soft_limit();
}

// What the fallback doesn't take waits in memory, also where the stream has a disk. Each of it is a hole in what is
// settled, so there may be a few: then no more of it is found out.
bool Deliverer::may_divert_fresh() const {
  std::size_t own_only = 0;
  waiting_.each([&](const Job& job) { own_only += job.own_only ? 1U : 0U; });
  const bool pressed = parts_.stream.is_durable() && parts_.budget.pressed();
  return own_only < (pressed ? own_only_under_pressure : own_only_max);
}

std::optional<Job> Deliverer::next_diverted(MonoTime now) {
  std::optional<Job> job = waiting_.take_divertible();
  if (!job && may_divert_fresh()) job = fresh_batch(now);
  while (job && job->batch.records > 1 && copy_bytes_max(job->batch, parts_.sink_id) > copy_max(parts_.budget)) {
    split(*job, job->attempts);
    job = waiting_.take_divertible();
  }
  return job;
}

void Deliverer::start_diverted(Job job) {
  const std::uint64_t attempt = diversion_.begin();
  component::Batch copy = diverted_copy(job.batch, parts_.sink_id, parts_.budget);
  copy.key = key_of(parts_.stream.uuid(), copy);
  const auto placed = diverted_.emplace(attempt, Diverted{std::move(job), std::move(copy)}).first;
  diversion_.sink().attempt(placed->second.copy, [this, attempt](Outcome outcome) {
    ended_elsewhere_.push_back(Ended{attempt, std::move(outcome)});
  });
}

// What the fallback doesn't take stays with the sink. It is never given up because of that.
void Deliverer::settle_diverted(Job job, const Outcome& outcome) {
  parts_.tally.attempted_elsewhere(outcome.status);
  switch (outcome.status) {
    case Status::delivered:
      return diverted(job, outcome);
    case Status::retry:
    case Status::unreachable:
    case Status::refused:
      return waiting_.add(std::move(job));
    case Status::too_large:
    case Status::rejected:
      return sift(std::move(job));
  }
}

void Deliverer::diverted(const Job& job, const Outcome& outcome) {
  cursor_.totals().diverted += job.batch.records - set_aside(job, {}, outcome);
  sifts_ = true;
  if (job.lesson) job.lesson->record_too_large = true;  // its size says nothing of the own destination's limit
  done_with(job);
}

// Halving finds the records that the fallback's destination will never take, at a bounded number of requests. They wait
// for the own one. Where that was in vain it isn't tried again before something is taken there.
void Deliverer::sift(Job job) {
  if (!job.sifting) job.sifting = std::make_shared<std::uint32_t>(parts_.config.retry.isolate);
  if (job.batch.records > 1 && *job.sifting < 2) sifts_ = false;
  if (job.batch.records == 1 || !sifts_) {
    job.own_only = true;
    return waiting_.add(std::move(job));
  }
  *job.sifting -= 2;
  split(job, job.attempts);
}

MonoTime Deliverer::next_diversion() const {
  if (!diversion_.is_possible()) return MonoTime::max();
  if (!diversion_.is_on()) return diversion_.begins_at(breaker_.state(), oldest_held());
  if (!has_room_to_divert()) return MonoTime::max();  // an outcome comes first
  const MonoTime fresh_at = may_divert_fresh() ? batcher_.ready_at() : MonoTime::max();
  const bool now_due = waiting_.has_divertible() || (draining_ && fresh_at != MonoTime::max());
  return std::max(now_due ? MonoTime::min() : fresh_at, diversion_.ready_at(diverted_.size()));
}

void Deliverer::report_diversion() const {
  if (diversion_.is_on()) {
    diagnostics::warn("sink.diverting", "The destination has taken nothing for too long: records go to the fallback",
                      {{"sink", parts_.sink_id}, {"fallback", diversion_.fallback()}, {"cause", breaker_.cause()}});
    return;
  }
  diagnostics::info(
      "sink.returned", "The destination takes records again: they don't go to the fallback any more",
      {{"sink", parts_.sink_id}, {"fallback", diversion_.fallback()}, {"diverted_in_all", cursor_.totals().diverted}});
}

}  // namespace towline::delivery
