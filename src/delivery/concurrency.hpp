// How many requests may be under way to one destination: one more after each full round of successes, half as many when
// it can't keep up (additive increase, multiplicative decrease, as in TCP; RFC 5681). A pure state machine.
#pragma once

#include <algorithm>
#include <cstdint>

#include "component/sink.hpp"

namespace towline::delivery {

class Concurrency {
 public:
  explicit Concurrency(std::uint32_t max) : max_(max), limit_(std::min(max, start)) {}

  std::uint32_t limit() const { return limit_; }

  // An attempt begins; its number, ascending from 1.
  std::uint64_t begin() { return ++begun_; }
  // One of `under_way` attempts (itself counted) was taken. Only who uses the limit learns that there may be more.
  void succeeded(std::uint32_t under_way);
  // This attempt met a destination that can't keep up. Others that had begun before the limit fell say nothing new.
  void congested(std::uint64_t attempt);

  static constexpr std::uint32_t start = 2;

 private:
  std::uint32_t max_;
  std::uint32_t limit_;
  std::uint32_t successes_ = 0;  // since the limit was last changed
  std::uint64_t begun_ = 0;
  std::uint64_t begun_at_fall_ = 0;
};

// No answer in time or none at all, or one that asks for patience. An error of the destination's own (500, 502) is no
// sign that there is too much.
bool is_congestion(const component::Outcome& outcome);

}  // namespace towline::delivery
