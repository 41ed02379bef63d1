// Where the simulation's decisions come from. One harness asks; a random generator, a recorded trail (a fuzzer's bytes,
// a failing history) or an odometer that counts through every possible answer replies.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "base/random.hpp"

namespace towline::simulation {

class Choices {
 public:
  virtual ~Choices() = default;

  // An index into `weights`, never one whose weight is 0. At least one weight is not 0.
  std::size_t pick(std::span<const std::uint32_t> weights) { return choose(weights); }
  std::size_t pick(std::initializer_list<std::uint32_t> weights) {
    return pick(std::span(weights.begin(), weights.end()));
  }

  // One of 0 .. count - 1, all alike. count >= 1.
  std::size_t below(std::size_t count);

  // Did the last decision leave what has been played before? Only an odometer ever says no: what it then replays are
  // the first decisions of an earlier history.
  virtual bool is_new() const { return true; }

 private:
  virtual std::size_t choose(std::span<const std::uint32_t> weights) = 0;
};

// Counts through all answers: play a history, call next(), play the next one, until it answers false. A history may end
// early; then none that begins with the same answers is played.
class Odometer final : public Choices {
 public:
  bool is_new() const override { return position_ >= known_; }
  bool next();

 private:
  std::size_t choose(std::span<const std::uint32_t> weights) override;

  struct Digit {
    std::size_t value;
    std::size_t count;
  };
  std::vector<Digit> digits_;
  std::size_t position_ = 0;
  std::size_t known_ = 0;  // only histories with more digits than this are new
};

using Trail = std::vector<std::uint32_t>;

// Random by a seed; what it answered is the trail.
class RandomChoices final : public Choices {
 public:
  explicit RandomChoices(std::uint64_t seed) : random_(seed) {}
  const Trail& trail() const { return trail_; }

 private:
  std::size_t choose(std::span<const std::uint32_t> weights) override;

  SeededRandom random_;
  Trail trail_;
};

// Plays a trail: each number modulo the possible answers; the first possible answer when the trail has ended.
class TrailChoices final : public Choices {
 public:
  explicit TrailChoices(Trail trail) : trail_(std::move(trail)) {}
  bool ended() const { return position_ >= trail_.size(); }

 private:
  std::size_t choose(std::span<const std::uint32_t> weights) override;

  Trail trail_;
  std::size_t position_ = 0;
};

}  // namespace towline::simulation
