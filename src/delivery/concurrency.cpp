#include "delivery/concurrency.hpp"

namespace towline::delivery {

using component::Status;

void Concurrency::succeeded(std::uint32_t under_way) {
  if (under_way < limit_ || ++successes_ < limit_) return;
  successes_ = 0;
  limit_ = std::min(max_, limit_ + 1);
}

void Concurrency::congested(std::uint64_t attempt) {
  if (attempt <= begun_at_fall_) return;
  begun_at_fall_ = begun_;
  successes_ = 0;
  limit_ = std::max(1U, limit_ / 2);
}

bool is_congestion(const component::Outcome& outcome) {
  if (outcome.status == Status::unreachable) return true;
  return outcome.status == Status::retry && outcome.code != 500 && outcome.code != 502;
}

}  // namespace towline::delivery
