#include "delivery/deliverer.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "base/diagnostics.hpp"
#include "component/encode.hpp"

namespace towline::delivery {

using component::Outcome;
using component::Status;

namespace {

constexpr Duration credentials_look_interval = std::chrono::seconds(1);

}  // namespace

Deliverer::Deliverer(Parts parts)
    : parts_(std::move(parts)),
      cursor_(parts_.stream.open_cursor()),
      batcher_(parts_.config.batch, parts_.stream, 0),
      breaker_(parts_.config.retry, parts_.random),
      progress_(0) {}

void Deliverer::turn(MonoTime now) {
  const Breaker::State before = breaker_.state();
  for (Ended& ended : std::exchange(ended_, {})) {
    auto job = under_way_.extract(ended.attempt);
    CHECK(!job.empty());
    settle(std::move(job.mapped()), ended.outcome, now);
  }
  look_for_new_credentials(now);
  fill();
  Job job;
  while (under_way_.size() < breaker_.allowance(now, parts_.config.in_flight) && take_job(now, job)) {
    start(std::move(job));
  }
  if (breaker_.state() != before) report();
}

// Takes in what has arrived. Letters that were dead on arrival are settled on the way.
void Deliverer::fill() {
  batcher_.fill();
  for (const component::Slice& slice : batcher_.take_dead()) bury({slice}, slice.chunk->dead_letter_reason, Outcome{});
}

bool Deliverer::take_job(MonoTime now, Job& job) {
  if (!waiting_.empty()) {
    job = std::move(waiting_.front());
    waiting_.pop_front();
    return true;
  }
  if (!due(now)) return false;
  job = Job{batcher_.take(), 0, nullptr, nullptr};
  fill();
  return true;
}

bool Deliverer::due(MonoTime now) const {
  const MonoTime ready_at = batcher_.ready_at();
  if (ready_at == MonoTime::max()) return false;
  return ready_at <= now || draining_ || parts_.budget.pressed();
}

void Deliverer::start(Job job) {
  const std::uint64_t attempt = ++last_attempt_;
  ++job.attempts;
  const auto placed = under_way_.emplace(attempt, std::move(job)).first;
  parts_.sink.attempt(placed->second.batch, [this, attempt](Outcome outcome) {
    ended_.push_back(Ended{attempt, std::move(outcome)});
  });
}

void Deliverer::settle(Job job, const Outcome& outcome, MonoTime now) {
  parts_.tally.attempted(outcome.status);
  const bool it_answered = outcome.status == Status::delivered || outcome.code != 0;
  switch (outcome.status) {
    case Status::delivered:
      breaker_.answered(now);
      return delivered(job);
    case Status::retry:
    case Status::unreachable:
    case Status::refused:
      return try_again(std::move(job), outcome, now);
    case Status::too_large:
      if (it_answered) breaker_.answered(now);
      return shrink(std::move(job), outcome);
    case Status::rejected:
      if (it_answered) breaker_.answered(now);
      return isolate(std::move(job), outcome);
  }
}

void Deliverer::delivered(const Job& job) {
  parts_.tally.delivered(job.batch.records);
  if (job.lesson) job.lesson->largest_taken = std::max(job.lesson->largest_taken, job.batch.plain_bytes);
  learn_from(job);
  done_with(job.batch.slices);
}

void Deliverer::try_again(Job job, const Outcome& outcome, MonoTime now) {
  breaker_.failed(outcome, now);
  if (outcome.status == Status::refused) --job.attempts;  // held, not failed
  if (job.attempts >= parts_.config.retry.attempts.value()) return give_up(job, "gave_up", outcome);
  const auto later = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Job& other) { return other.batch.first_seq > job.batch.first_seq; });
  waiting_.insert(later, std::move(job));
}

// Too large: half may pass. Whoever is alone and still too large never will.
void Deliverer::shrink(Job job, const Outcome& outcome) {
  if (!job.lesson) job.lesson = std::make_shared<SizeLesson>();
  if (job.batch.records > 1) return split(job);
  job.lesson->record_too_large = true;
  give_up(job, "too_large", outcome);
}

// Rejected: one record spoils the batch, as a rule. Halving finds it, at a bounded number of requests.
void Deliverer::isolate(Job job, const Outcome& outcome) {
  if (!job.isolation) job.isolation = std::make_shared<std::uint32_t>(parts_.config.retry.isolate);
  if (job.batch.records == 1 || *job.isolation < 2) return give_up(job, "rejected", outcome);
  *job.isolation -= 2;
  split(job);
}

void Deliverer::split(const Job& job) {
  auto [first, second] = halve(job.batch);
  waiting_.push_front(Job{std::move(second), 0, job.isolation, job.lesson});
  waiting_.push_front(Job{std::move(first), 0, job.isolation, job.lesson});
}

void Deliverer::give_up(const Job& job, std::string_view reason, const Outcome& outcome) {
  learn_from(job);
  bury(job.batch.slices, reason, outcome);
}

// The last part of a batch that was too large knows what the others found out.
void Deliverer::learn_from(const Job& job) {
  if (!job.lesson || job.lesson.use_count() > 1 || job.lesson->record_too_large) return;
  if (job.lesson->largest_taken > 0) batcher_.learn_limit(job.lesson->largest_taken);
}

void Deliverer::bury(const std::vector<component::Slice>& slices, std::string_view reason, const Outcome& outcome) {
  std::string scratch;
  std::uint64_t kept = 0;
  std::uint64_t lost = 0;
  for (const component::Slice& slice : slices) {
    std::string_view rest = component::plain_of(slice, scratch);
    while (!rest.empty()) {
      const std::size_t newline = rest.find('\n');
      const DeadLetters::Letter letter{parts_.sink_id, outcome.code, reason, outcome.cause, rest.substr(0, newline)};
      if (parts_.dead_letters.keep(letter)) {
        ++kept;
      } else {
        ++lost;
        parts_.tally.dropped(parts_.dead_letters.why_not(), 1);
      }
      rest.remove_prefix(newline + 1);
    }
  }
  if (kept > 0) parts_.tally.dead_lettered(reason, kept);
  diagnostics::warn(
      "sink.dead_letters",
      "The destination will not get these records: set aside, or dropped where they "
      "can't be kept",
      {{"sink", parts_.sink_id}, {"reason", reason}, {"cause", outcome.cause}, {"set_aside", kept}, {"dropped", lost}});
  done_with(slices);
}

void Deliverer::done_with(const std::vector<component::Slice>& slices) {
  for (const component::Slice& slice : slices) progress_.settle(slice.first_seq(), slice.end_seq());
  parts_.stream.settle(cursor_, progress_.mark());
}

void Deliverer::look_for_new_credentials(MonoTime now) {
  if (breaker_.state() != Breaker::State::refused || now < credentials_looked_at_ + credentials_look_interval) return;
  credentials_looked_at_ = now;
  if (parts_.sink.credentials_changed()) breaker_.skip_wait(now);
}

MonoTime Deliverer::next_turn() const {
  if (!ended_.empty()) return MonoTime::min();
  const bool refused = breaker_.state() == Breaker::State::refused;
  const MonoTime look_at = refused ? credentials_looked_at_ + credentials_look_interval : MonoTime::max();
  const bool healthy = breaker_.state() == Breaker::State::healthy;
  if (under_way_.size() >= (healthy ? parts_.config.in_flight : 1)) return look_at;  // an outcome comes first

  const bool now_due = !waiting_.empty() || (batcher_.ready_at() != MonoTime::max() && draining_);
  const MonoTime ready_at = now_due ? MonoTime::min() : batcher_.ready_at();
  return std::min(look_at, healthy ? ready_at : std::max(ready_at, breaker_.resumes_at()));
}

void Deliverer::drain(MonoTime now) {
  draining_ = true;
  breaker_.hurry(now);
}

Deliverer::Snapshot Deliverer::snapshot() const {
  const auto oldest = held() > 0 ? parts_.stream.at(progress_.mark()) : nullptr;
  return {breaker_.state(), breaker_.cause(), progress_.settled(), oldest ? oldest->oldest : MonoTime::max()};
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
