#include "delivery/deliverer.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "base/diagnostics.hpp"
#include "component/encode.hpp"

namespace towline::delivery {

using component::Batch;
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
  batcher_.fill();
  for (Ended& ended : std::exchange(ended_, {})) {
    auto job = under_way_.extract(ended.attempt);
    CHECK(!job.empty());
    settle(std::move(job.mapped()), ended.outcome, now);
  }
  look_for_new_credentials(now);
  Job job;
  while (under_way_.size() < breaker_.allowance(now, parts_.config.in_flight) && take_job(now, job)) {
    start(std::move(job));
  }
  if (breaker_.state() != before) report();
}

// The next job that may be sent. Letters that were dead on arrival are settled on the way.
bool Deliverer::take_job(MonoTime now, Job& job) {
  if (!waiting_.empty()) {
    job = std::move(waiting_.front());
    waiting_.pop_front();
    return true;
  }
  for (batcher_.fill(); due(now); batcher_.fill()) {
    job = Job{batcher_.take(), 0, nullptr};
    const std::string& reason = job.batch.slices.front().chunk->dead_letter_reason;
    if (reason.empty()) return true;
    bury(job.batch, reason, Outcome{});
  }
  return false;
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
  switch (outcome.status) {
    case Status::delivered:
      breaker_.answered();
      parts_.tally.delivered(job.batch.records);
      return done_with(job.batch);
    case Status::retry:
    case Status::unreachable:
    case Status::refused:
      return try_again(std::move(job), outcome, now);
    case Status::too_large:
      breaker_.answered();
      return shrink(std::move(job), outcome);
    case Status::rejected:
      breaker_.answered();
      return isolate(std::move(job), outcome);
  }
}

void Deliverer::try_again(Job job, const Outcome& outcome, MonoTime now) {
  breaker_.failed(outcome, now);
  if (outcome.status == Status::refused) --job.attempts;  // held, not failed
  if (job.attempts >= parts_.config.retry.attempts.value()) return bury(job.batch, "gave_up", outcome);
  const auto later = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Job& other) { return other.batch.first_seq > job.batch.first_seq; });
  waiting_.insert(later, std::move(job));
}

// Too large: half may pass. Whoever is alone and still too large never will.
void Deliverer::shrink(Job job, const Outcome& outcome) {
  if (job.batch.records == 1) return bury(job.batch, "too_large", outcome);
  batcher_.learn_limit(job.batch.plain_bytes);
  split(job);
}

// Rejected: one record spoils the batch, as a rule. Halving finds it, at a bounded number of requests.
void Deliverer::isolate(Job job, const Outcome& outcome) {
  if (!job.isolation) job.isolation = std::make_shared<std::uint32_t>(parts_.config.retry.isolate);
  if (job.batch.records == 1 || *job.isolation < 2) return bury(job.batch, "rejected", outcome);
  *job.isolation -= 2;
  split(job);
}

void Deliverer::split(const Job& job) {
  auto [first, second] = halve(job.batch);
  waiting_.push_front(Job{std::move(second), 0, job.isolation});
  waiting_.push_front(Job{std::move(first), 0, job.isolation});
}

void Deliverer::bury(const Batch& batch, std::string_view reason, const Outcome& outcome) {
  std::string scratch;
  for (const component::Slice& slice : batch.slices) {
    std::string_view rest = component::plain_of(slice, scratch);
    while (!rest.empty()) {
      const std::size_t newline = rest.find('\n');
      const DeadLetters::Letter letter{parts_.sink_id, outcome.code, reason, outcome.cause, rest.substr(0, newline)};
      if (parts_.dead_letters.keep(letter))
        parts_.tally.dead_lettered(reason, 1);
      else
        parts_.tally.dropped(parts_.dead_letters.why_not(), 1);
      rest.remove_prefix(newline + 1);
    }
  }
  diagnostics::warn(
      "sink.dead_letters", "The destination does not take these records; they were set aside",
      {{"sink", parts_.sink_id}, {"records", batch.records}, {"reason", reason}, {"cause", outcome.cause}});
  done_with(batch);
}

void Deliverer::done_with(const Batch& batch) {
  progress_.settle(batch.first_seq, batch.end_seq());
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
