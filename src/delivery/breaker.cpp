#include "delivery/breaker.hpp"

#include <algorithm>

#include "delivery/backoff.hpp"

namespace towline::delivery {

using component::Outcome;
using component::Status;

std::uint32_t Breaker::allowance(MonoTime now, std::uint32_t limit) const {
  if (state_ == State::healthy) return limit;
  return now >= resume_at_ ? 1 : 0;
}

void Breaker::answered(MonoTime now) {
  if (state_ != State::healthy && now < resume_at_) return;
  state_ = State::healthy;
  failures_ = 0;
  cause_.clear();
}

void Breaker::failed(const Outcome& outcome, MonoTime now) {
  // Attempts that were already under way when the wait began tell nothing new, unless they say more: that we are
  // refused, or how long to wait.
  const State said = outcome.status == Status::refused ? State::refused : State::retrying;
  const bool waiting = state_ != State::healthy && now < resume_at_;
  if (waiting && said == State::retrying && (state_ == State::refused || !outcome.retry_after)) return;
  if (waiting && said == state_ && said == State::refused) return;
  state_ = said;
  cause_ = outcome.cause;
  if (!waiting) ++failures_;
  Duration wait = wait_for(outcome);
  if (hurried_) wait = std::min(wait, hurried_wait);
  resume_at_ = std::max(resume_at_, now + wait);
}

Duration Breaker::wait_for(const Outcome& outcome) {
  if (outcome.status == Status::refused) return std::max(config_.refused, outcome.retry_after.value_or(Duration(0)));
  if (outcome.retry_after) return *outcome.retry_after;
  return full_jitter(failures_, config_.initial, config_.max, random_);
}

void Breaker::hurry(MonoTime now) {
  hurried_ = true;
  resume_at_ = std::min(resume_at_, now);
}

}  // namespace towline::delivery
