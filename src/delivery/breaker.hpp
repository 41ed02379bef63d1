// What a sink knows of its destination: well, failing, or refusing us. While it is not well, one attempt at a time
// asks whether it is back, and all batches share one back-off. A pure state machine: the time is passed in.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "component/delivery_config.hpp"
#include "component/sink.hpp"

namespace towline::delivery {

class Breaker {
 public:
  enum class State : std::uint8_t { healthy, retrying, refused };  // from good to bad

  Breaker(const component::RetryConfig& config, Random& random) : config_(config), random_(random) {}

  // How many attempts may be under way now, out of `limit`.
  std::uint32_t allowance(MonoTime now, std::uint32_t limit) const;

  // When allowance() grows by itself; MonoTime::max() if it doesn't.
  MonoTime resumes_at() const { return state_ == State::healthy ? MonoTime::max() : resume_at_; }

  // The destination took, or at least judged, a batch. A wait that it has asked for, or that others' failures began,
  // goes on: what was under way when it began proves nothing.
  void answered(MonoTime now);
  // retry, unreachable or refused.
  void failed(const component::Outcome& outcome, MonoTime now);

  // Ask again at once: the credentials have changed.
  void skip_wait(MonoTime now) { resume_at_ = now; }
  // From now on waits are short: the daemon is about to end.
  void hurry(MonoTime now);

  State state() const { return state_; }
  const std::string& cause() const { return cause_; }

 private:
  Duration wait_for(const component::Outcome& outcome);

  const component::RetryConfig& config_;
  Random& random_;
  State state_ = State::healthy;
  unsigned failures_ = 0;  // in a row
  MonoTime resume_at_{};
  std::string cause_;
  bool hurried_ = false;
};

}  // namespace towline::delivery
