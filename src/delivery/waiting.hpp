// The batches of a sink that wait to be sent again, and the question whose fault that is: the destination's, or that of
// one batch which holds a record that the destination can't bear (poison). A pure state machine.
//
// While the destination is not well, one batch at a time probes it: the oldest. One that has failed twice as the probe,
// with an answer, makes way for another one. If that one is delivered, the first is a *suspect*: it waits by a back-off
// of its own while the others flow. Each further error of it, while others are delivered at the first attempt, is a
// strike; retry.poison of them running are taken for proof. Others that fail and are delivered later speak for the
// suspect: it is the destination, then, that fails at random. So an outage costs probes only, and nobody is convicted.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "base/random.hpp"
#include "component/delivery_config.hpp"
#include "delivery/job.hpp"

namespace towline::delivery {

class Waiting {
 public:
  Waiting(const component::RetryConfig& config, Random& random) : config_(config), random_(random) {}

  bool empty() const { return ordinary_.empty() && suspects_.empty(); }
  std::size_t size() const { return ordinary_.size() + suspects_.size(); }

  void add(Job job);

  // The next one to be sent while the destination is well.
  std::optional<Job> take(MonoTime now);
  // When take() has one: in the past if it has one now, MonoTime::max() if it has none.
  MonoTime ready_at() const;

  // The next probe. `another`: there is a batch that was not sent yet; nullopt: let it be the probe.
  std::optional<Job> take_probe(bool another);

  // The next one that may go to a fallback, while the destination is not well.
  std::optional<Job> take_divertible();
  bool has_divertible() const;

  // From now on waits are short: the daemon is about to end.
  void hurry(MonoTime now);

  // Outcomes of attempts; the first for each of them.
  void came_back(const Job& job);
  void delivered(const Job& job);
  enum class Blame : std::uint8_t {
    destination,  // wait until it is back
    batch,        // the others go on, it waits
    poison,       // as before, and it is proven
  };
  // It is to be tried again; `answered`: the destination said so, rather than nothing. `may_be_poison`: false, if it is
  // known that its records are not the reason; then it may be the batch that waits, but is never convicted.
  Blame failed(Job& job, bool answered, MonoTime now, bool may_be_poison = true);

  template <class Visit>
  void each(Visit visit) const {
    for (const Job& job : ordinary_) visit(job);
    for (const Job& job : suspects_) visit(job);
  }
  template <class Predicate>
  void remove_if(Predicate predicate) {
    std::erase_if(ordinary_, predicate);
    std::erase_if(suspects_, predicate);
  }

  static constexpr std::uint32_t probes_running = 2;  // of one batch, before another one probes
  static constexpr std::size_t suspects_max = 8;

 private:
  std::optional<Job> take_suspect();

  const component::RetryConfig& config_;
  Random& random_;
  std::deque<Job> ordinary_;        // in the order of the stream
  std::deque<Job> suspects_;        // in the order of their turns
  bool suspect_under_way_ = false;  // one at a time: it may hang, and would take the others' place
  bool hurried_ = false;
  std::uint64_t clean_ = 0;  // batches delivered at the first attempt
  std::uint64_t flaky_ = 0;  // and later
};

}  // namespace towline::delivery
