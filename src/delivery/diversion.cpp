#include "delivery/diversion.hpp"

#include <algorithm>
#include <utility>

namespace towline::delivery {

using component::Outcome;
using component::Status;

Diversion::Diversion(Fallback fallback, const component::DeliveryConfig& config, Random& random)
    : fallback_(std::move(fallback)),
      after_(config.after),
      breaker_(config.retry, random),
      concurrency_(config.in_flight) {}

bool Diversion::look(Breaker::State own, MonoTime oldest, MonoTime now) {
  const bool was_on = on_;
  if (on_) {
    on_ = own != Breaker::State::healthy;
  } else {
    on_ = begins_at(own, oldest) <= now;
  }
  return on_ != was_on;
}

MonoTime Diversion::begins_at(Breaker::State own, MonoTime oldest) const {
  const bool cant = !is_possible() || own == Breaker::State::healthy || oldest == MonoTime::max();
  return cant ? MonoTime::max() : std::max(oldest, *fallback_.delivered_at) + after_;
}

std::uint32_t Diversion::limit() const {
  return breaker_.state() == Breaker::State::healthy ? concurrency_.limit() : 1;
}

bool Diversion::may_start(std::size_t under_way, MonoTime now) const {
  return on_ && ready_at(under_way) <= now;
}

MonoTime Diversion::ready_at(std::size_t under_way) const {
  if (under_way >= limit()) return MonoTime::max();
  return breaker_.state() == Breaker::State::healthy ? MonoTime::min() : breaker_.resumes_at();
}

void Diversion::ended(std::uint64_t attempt, std::size_t under_way, const Outcome& outcome, MonoTime now) {
  switch (outcome.status) {
    case Status::delivered:
      breaker_.answered(now);
      concurrency_.succeeded(static_cast<std::uint32_t>(under_way));
      return;
    case Status::retry:
    case Status::unreachable:
    case Status::refused:
      if (is_congestion(outcome)) concurrency_.congested(attempt);
      return breaker_.failed(outcome, now);
    case Status::too_large:
    case Status::rejected:
      if (outcome.code != 0) breaker_.answered(now);
  }
}

}  // namespace towline::delivery
