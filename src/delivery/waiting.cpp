#include "delivery/waiting.hpp"

#include <algorithm>

#include "delivery/backoff.hpp"

namespace towline::delivery {

namespace {

// While more than one in so many of the others fails first, it is the destination.
constexpr std::uint64_t clean_per_flaky = 10;

// A marker is for the destination that didn't get the records.
bool is_divertible(const Job& job) {
  return !job.gap && !job.own_only;
}

}  // namespace

void Waiting::add(Job job) {
  if (job.suspect) {
    const auto later = std::find_if(suspects_.begin(), suspects_.end(),
                                    [&](const Job& other) { return other.retry_at > job.retry_at; });
    suspects_.insert(later, std::move(job));
    return;
  }
  const auto later = std::find_if(ordinary_.begin(), ordinary_.end(),
                                  [&](const Job& other) { return other.batch.first_seq > job.batch.first_seq; });
  ordinary_.insert(later, std::move(job));
}

std::optional<Job> Waiting::take(MonoTime now) {
  const bool suspects_turn = !suspects_.empty() && suspects_.front().retry_at <= now && !suspect_under_way_;
  if (suspects_turn) return take_suspect();
  if (ordinary_.empty()) return std::nullopt;
  std::optional<Job> job(std::move(ordinary_.front()));
  ordinary_.pop_front();
  return job;
}

MonoTime Waiting::ready_at() const {
  if (!ordinary_.empty()) return MonoTime::min();
  return suspects_.empty() || suspect_under_way_ ? MonoTime::max() : suspects_.front().retry_at;
}

std::optional<Job> Waiting::take_probe(bool another) {
  auto probe = std::find_if(ordinary_.begin(), ordinary_.end(),
                            [](const Job& job) { return job.failed_probes < probes_running; });
  if (probe == ordinary_.end()) {
    if (another) return std::nullopt;
    if (ordinary_.empty()) return take_suspect();
    for (Job& job : ordinary_) job.failed_probes = 0;  // all of them fail: begin again
    probe = ordinary_.begin();
  }
  std::optional<Job> job(std::move(*probe));
  ordinary_.erase(probe);
  return job;
}

std::optional<Job> Waiting::take_suspect() {
  if (suspects_.empty()) return std::nullopt;
  std::optional<Job> job(std::move(suspects_.front()));
  suspects_.pop_front();
  suspect_under_way_ = true;
  return job;
}

// In the order of the stream, then those that were waiting by themselves.
std::optional<Job> Waiting::take_divertible() {
  for (std::deque<Job>* jobs : {&ordinary_, &suspects_}) {
    const auto found = std::find_if(jobs->begin(), jobs->end(), is_divertible);
    if (found == jobs->end()) continue;
    std::optional<Job> job(std::move(*found));
    jobs->erase(found);
    return job;
  }
  return std::nullopt;
}

bool Waiting::has_divertible() const {
  return std::any_of(ordinary_.begin(), ordinary_.end(), is_divertible) ||
         std::any_of(suspects_.begin(), suspects_.end(), is_divertible);
}

void Waiting::hurry(MonoTime now) {
  hurried_ = true;
  for (Job& job : suspects_) job.retry_at = std::min(job.retry_at, now);
}

void Waiting::came_back(const Job& job) {
  if (job.suspect) suspect_under_way_ = false;
}

void Waiting::delivered(const Job& delivered) {
  ++(delivered.attempts > 1 ? flaky_ : clean_);
  for (Job& job : std::exchange(ordinary_, {})) {
    job.suspect = job.failed_probes >= probes_running && suspects_.size() < suspects_max;
    job.failed_probes = 0;
    if (job.suspect) {
      job.clean_before = clean_;
      job.flaky_before = flaky_;
      job.retry_at = MonoTime::min();  // at once: it may have been the destination after all
    }
    add(std::move(job));
  }
}

Waiting::Blame Waiting::failed(Job& job, bool answered, MonoTime now, bool may_be_poison) {
  if (!job.suspect) {
    if (job.is_probe && answered && !config_.poison.is_unlimited()) ++job.failed_probes;
    return Blame::destination;
  }
  const std::uint64_t clean = clean_ - std::exchange(job.clean_before, clean_);
  const std::uint64_t flaky = flaky_ - std::exchange(job.flaky_before, flaky_);
  if (flaky * clean_per_flaky > clean) {
    job.suspect = false;
    job.strikes = 0;
    return Blame::destination;
  }
  const auto failures = static_cast<unsigned>(std::clamp<std::uint64_t>(job.attempts, 1, 64));
  const Duration wait = full_jitter(failures, config_.initial, config_.max, random_);
  job.retry_at = now + (hurried_ ? std::min(wait, hurried_wait) : wait);
  const bool proves_something = answered && clean > 0 && !job.is_probe;
  if (!proves_something) return Blame::destination;
  if (!may_be_poison) return Blame::batch;
  ++job.strikes;
  // A part of a batch that was convicted needs no second proof, until it is a single record that would be given up.
  const bool is_part = job.isolation != nullptr && job.batch.records > 1;
  return is_part || job.strikes >= config_.poison.value() ? Blame::poison : Blame::batch;
}

}  // namespace towline::delivery
