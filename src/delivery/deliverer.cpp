#include "delivery/deliverer.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "base/diagnostics.hpp"
#include "delivery/marker.hpp"

namespace towline::delivery {

using component::Outcome;
using component::Status;

namespace {

constexpr Duration credentials_look_interval = std::chrono::seconds(1);
constexpr Duration read_again_interval = std::chrono::milliseconds(100);
// Chunks of dead letters that are set aside in one turn: each record of them is a write to a file.
constexpr int dead_chunks_per_turn = 8;
// Batches that may wait at the same time because they failed as probes: they are held in memory.
constexpr std::size_t probes_max = 8;

}  // namespace

Deliverer::Deliverer(Parts parts)
    : parts_(std::move(parts)),
      cursor_(parts_.stream.open_cursor(parts_.sink_id)),
      batcher_(parts_.config.batch, parts_.stream, cursor_, parts_.budget),
      breaker_(parts_.config.retry, parts_.random),
      waiting_(parts_.config.retry, parts_.random),
      concurrency_(parts_.config.in_flight),
      diversion_(parts_.fallback, parts_.config, parts_.random),
      began_at_(parts_.stream.end()),
      owed_before_(stream::sum(cursor_.totals()) + cursor_.held(began_at_)) {
  parts_.tally.show(cursor_.totals());
  parts_.tally.show_limit(concurrency_.limit());
}

void Deliverer::turn(MonoTime now) {
  const Breaker::State before = breaker_.state();
  settle_ended(now);
  look_for_new_credentials(now);
  fill();
  while (under_way_.size() < breaker_.allowance(now, concurrency_.limit())) {
    std::optional<Job> job = next_job(now);
    if (!job) break;
    start(std::move(*job));
  }
  divert(now);
  read_again_at_ = batcher_.must_read_again() ? now + read_again_interval : MonoTime::max();
  if (breaker_.state() != before) report();
  parts_.tally.show(cursor_.totals());
}

void Deliverer::settle_ended(MonoTime now) {
  for (Ended& ended : std::exchange(ended_, {})) {
    auto job = under_way_.extract(ended.attempt);
    CHECK(!job.empty());
    learn_pace(ended.attempt, job.mapped(), ended.outcome);
    settle(std::move(job.mapped()), ended.outcome, now);
  }
  for (Ended& ended : std::exchange(ended_elsewhere_, {})) {
    auto attempt = diverted_.extract(ended.attempt);
    CHECK(!attempt.empty());
    diversion_.ended(ended.attempt, diverted_.size() + 1, ended.outcome, now);
    settle_diverted(std::move(attempt.mapped().job), ended.outcome);
  }
  parts_.tally.show(cursor_.totals());
}

// Takes in what has arrived. Letters that were dead on arrival are settled on the way.
void Deliverer::fill() {
  int portions = 0;
  for (more_to_read_ = true; more_to_read_ && portions < dead_chunks_per_turn; ++portions) {
    more_to_read_ = batcher_.fill();
    for (const component::Slice& slice : batcher_.take_dead()) {
      bury({slice}, parts_.sink_id, slice.chunk->dead_letter_reason, {}, parts_.dead_letters, cursor_.totals());
      done_with(std::vector{slice});
    }
  }
}

std::optional<Job> Deliverer::next_job(MonoTime now) {
  const bool probing = breaker_.state() != Breaker::State::healthy;
  const bool another = (batch_is_due(now) || gap_is_due()) && may_probe_with_another();
  std::optional<Job> job = probing ? waiting_.take_probe(another) : waiting_.take(now);
  if (!job) job = fresh_job(now);
  if (job) job->is_probe = probing;
  return job;
}

bool Deliverer::may_probe_with_another() const {
  return waiting_.size() < (parts_.budget.pressed() ? 2 : probes_max);
}

// What was never sent: a gap comes before the records behind it.
std::optional<Job> Deliverer::fresh_job(MonoTime now) {
  if (gap_is_due()) {
    Job job;
    const stream::Gap* gap = cursor_.take_gap(cursor_.state().gaps.front().range.begin);
    job.gap = gap->range;
    job.batch = make_marker(*gap, parts_.config.time_field, parts_.clock.wall_now());
    telling_ = true;
    return job;
  }
  return fresh_batch(now);
}

std::optional<Job> Deliverer::fresh_batch(MonoTime now) {
  if (!batch_is_due(now)) return std::nullopt;
  Job job;
  job.batch = batcher_.take();
  job.batch.key = key_of(parts_.stream.uuid(), job.batch);
  fill();
  return job;
}

bool Deliverer::gap_is_due() const {
  const std::vector<stream::Gap>& gaps = cursor_.state().gaps;
  return !telling_ && !gaps.empty() && gaps.front().range.begin < batcher_.taken_below();
}

bool Deliverer::batch_is_due(MonoTime now) const {
  const MonoTime ready_at = batcher_.ready_at();
  if (ready_at == MonoTime::max()) return false;
  return ready_at <= now || draining_ || parts_.budget.pressed();
}

void Deliverer::start(Job job) {
  const std::uint64_t attempt = concurrency_.begin();
  ++job.attempts;
  const auto placed = under_way_.emplace(attempt, std::move(job)).first;
  parts_.sink.attempt(placed->second.batch, [this, attempt](Outcome outcome) {
    ended_.push_back(Ended{attempt, std::move(outcome)});
  });
}

void Deliverer::learn_pace(std::uint64_t attempt, const Job& job, const Outcome& outcome) {
  const auto under_way = static_cast<std::uint32_t>(under_way_.size() + 1);
  if (outcome.status == Status::delivered) {
    if (outcome.asked) concurrency_.succeeded(under_way);
  } else if (is_congestion(outcome) && !job.suspect) {
    concurrency_.congested(attempt);
  }
  parts_.tally.show_limit(concurrency_.limit());
}

void Deliverer::settle(Job job, const Outcome& outcome, MonoTime now) {
  parts_.tally.attempted(outcome.status);
  if (outcome.status != Status::delivered) {
    last_error_ = outcome.cause;
    failed_ = now;
  }
  waiting_.came_back(job);
  const bool it_answered = outcome.status == Status::delivered || outcome.code != 0;
  switch (outcome.status) {
    case Status::delivered:
      if (outcome.asked) {
        breaker_.answered(now);
        diversion_.delivered(now);
        waiting_.delivered(job);
      }
      return delivered(job, outcome);
    case Status::retry:
    case Status::unreachable:
    case Status::refused:
      return try_again(std::move(job), outcome, now);
    case Status::too_large:
      if (it_answered) breaker_.answered(now);
      return shrink(std::move(job), outcome);
    case Status::rejected:
      if (it_answered) breaker_.answered(now);
      return isolate(std::move(job), "rejected", outcome);
  }
}

void Deliverer::delivered(const Job& job, const Outcome& outcome) {
  if (!job.gap) {
    cursor_.totals().delivered += job.batch.records - set_aside(job, {}, outcome);
  }
  if (job.lesson) job.lesson->largest_taken = std::max(job.lesson->largest_taken, job.batch.plain_bytes);
  learn_limit(job);
  done_with(job);
}

void Deliverer::try_again(Job job, const Outcome& outcome, MonoTime now) {
  Waiting::Blame blame = Waiting::Blame::destination;
  if (outcome.status != Status::refused)
    blame = waiting_.failed(job, outcome.status == Status::retry, now, outcome.may_be_poison);
  if (blame == Waiting::Blame::destination || outcome.retry_after) breaker_.failed(outcome, now);
  if (outcome.status == Status::refused) --job.attempts;  // held, not failed
  if (job.attempts >= parts_.config.retry.attempts.value()) return give_up(job, "gave_up", outcome);
  if (blame == Waiting::Blame::poison) {
    diagnostics::warn("sink.poison", "One batch fails while others are taken: looking for the record in it",
                      {{"sink", parts_.sink_id}, {"records", job.batch.records}, {"cause", outcome.cause}});
    return isolate(std::move(job), "poison", outcome);
  }
  waiting_.add(std::move(job));
}

// Too large: half may pass. Whoever is alone and still too large never will.
void Deliverer::shrink(Job job, const Outcome& outcome) {
  if (!job.lesson) job.lesson = std::make_shared<SizeLesson>();
  if (job.batch.records > 1) return split(job);
  job.lesson->record_too_large = true;
  give_up(job, "too_large", outcome);
}

// Rejected, or poisonous: one record spoils the batch, as a rule. Halving finds it, at a bounded number of requests.
void Deliverer::isolate(Job job, std::string_view reason, const Outcome& outcome) {
  if (!job.isolation) job.isolation = std::make_shared<std::uint32_t>(parts_.config.retry.isolate);
  if (job.batch.records == 1 || *job.isolation < 2) return give_up(job, reason, outcome);
  *job.isolation -= 2;
  split(job);
}

// The halves take over what is known of the whole. `attempts`: of these what counts for them, too.
void Deliverer::split(const Job& job, std::uint64_t attempts) {
  auto [first, second] = halve(job.batch);
  for (component::Batch* half : {&first, &second}) {
    Job part;
    part.batch = std::move(*half);
    part.batch.key = key_of(parts_.stream.uuid(), part.batch);
    part.attempts = attempts;
    part.isolation = job.isolation;
    part.lesson = job.lesson;
    part.sifting = job.sifting;
    part.suspect = job.suspect;
    part.clean_before = job.clean_before;
    part.flaky_before = job.flaky_before;
    waiting_.add(std::move(part));
  }
}

std::uint64_t Deliverer::set_aside(const Job& job, std::string_view reason, const Outcome& outcome) {
  return bury(job.batch.slices, parts_.sink_id, reason, outcome, parts_.dead_letters, cursor_.totals());
}

void Deliverer::give_up(const Job& job, std::string_view reason, const Outcome& outcome) {
  learn_limit(job);
  if (!job.gap) {
    cursor_.totals().delivered += job.batch.records - set_aside(job, reason, outcome);
  }
  done_with(job);
}

// The last part of a batch that was too large knows what the others found out.
void Deliverer::learn_limit(const Job& job) {
  if (!job.lesson || job.lesson.use_count() > 1 || job.lesson->record_too_large) return;
  if (job.lesson->largest_taken > 0) batcher_.learn_limit(job.lesson->largest_taken);
}

// A gap counts as told, whatever became of its marker: it was counted when the records were lost.
void Deliverer::done_with(const Job& job) {
  if (!job.gap) return done_with(job.batch.slices);
  cursor_.settle(*job.gap);
  telling_ = false;
}

void Deliverer::done_with(const std::vector<component::Slice>& slices) {
  for (const component::Slice& slice : slices) cursor_.settle({slice.first_seq(), slice.end_seq()});
}

void Deliverer::look_for_new_credentials(MonoTime now) {
  if (breaker_.state() != Breaker::State::refused || now < credentials_looked_at_ + credentials_look_interval) return;
  credentials_looked_at_ = now;
  if (parts_.sink.credentials_changed()) breaker_.skip_wait(now);
}

MonoTime Deliverer::next_turn() const {
  if (!ended_.empty() || !ended_elsewhere_.empty() || more_to_read_) return MonoTime::min();
  return std::min(next_own_turn(), next_diversion());
}

MonoTime Deliverer::next_own_turn() const {
  const bool refused = breaker_.state() == Breaker::State::refused;
  const MonoTime look_at = refused ? credentials_looked_at_ + credentials_look_interval : MonoTime::max();
  const bool healthy = breaker_.state() == Breaker::State::healthy;
  if (under_way_.size() >= (healthy ? concurrency_.limit() : 1)) return look_at;  // an outcome comes first

  const bool now_due = gap_is_due() || (batcher_.ready_at() != MonoTime::max() && draining_);
  const MonoTime fresh_at = now_due ? MonoTime::min() : std::min(batcher_.ready_at(), read_again_at_);
  if (healthy) return std::min({look_at, fresh_at, waiting_.ready_at()});
  const MonoTime probe_at = waiting_.empty() ? fresh_at : MonoTime::min();
  return std::min(look_at, std::max(probe_at, breaker_.resumes_at()));
}

void Deliverer::drain(MonoTime now) {
  draining_ = true;
  breaker_.hurry(now);
  waiting_.hurry(now);
  diversion_.hurry(now);
}

}  // namespace towline::delivery
