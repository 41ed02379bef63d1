#include "simulation/choices.hpp"

#include <algorithm>
#include <numeric>

#include "base/check.hpp"

namespace towline::simulation {

namespace {

std::size_t possible(std::span<const std::uint32_t> weights) {
  return static_cast<std::size_t>(
      std::count_if(weights.begin(), weights.end(), [](auto weight) { return weight > 0; }));
}

// The index of the n-th weight that is not 0.
std::size_t nth_possible(std::span<const std::uint32_t> weights, std::size_t n) {
  std::size_t index = 0;
  while (weights[index] == 0 || n-- > 0) ++index;
  return index;
}

}  // namespace

std::size_t Choices::below(std::size_t count) {
  const std::vector<std::uint32_t> weights(count, 1);
  return pick(weights);
}

std::size_t Odometer::choose(std::span<const std::uint32_t> weights) {
  const std::size_t count = possible(weights);
  CHECK(count > 0);
  if (position_ == digits_.size()) digits_.push_back({0, count});
  const Digit& digit = digits_[position_++];
  CHECK(digit.count == count);  // the harness is a function of the choices
  return nth_possible(weights, digit.value);
}

bool Odometer::next() {
  digits_.resize(position_);
  position_ = 0;
  while (!digits_.empty() && digits_.back().value + 1 == digits_.back().count) digits_.pop_back();
  if (digits_.empty()) return false;
  ++digits_.back().value;
  known_ = digits_.size();
  return true;
}

std::size_t RandomChoices::choose(std::span<const std::uint32_t> weights) {
  std::uint64_t left = random_.below(std::accumulate(weights.begin(), weights.end(), std::uint64_t{0}));
  std::size_t index = 0;
  while (left >= weights[index]) left -= weights[index++];
  trail_.push_back(static_cast<std::uint32_t>(possible(weights.first(index))));
  return index;
}

std::size_t TrailChoices::choose(std::span<const std::uint32_t> weights) {
  const std::size_t count = possible(weights);
  CHECK(count > 0);
  return nth_possible(weights, ended() ? 0 : trail_[position_++] % count);
}

}  // namespace towline::simulation
