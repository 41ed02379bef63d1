// Failover: when a sink's own destination has taken nothing for too long (`after`), what the sink holds goes through
// another sink, its fallback, until its own destination takes records again. This says when that is, and how many
// attempts may be under way there; which records they carry is the deliverer's affair. A pure state machine.
//
// Meanwhile the sink's breaker goes on: one batch at a time asks the own destination whether it is back. So there is
// nothing to be set back by hand, and a batch that has asked in vain goes to the fallback, too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/random.hpp"
#include "component/delivery_config.hpp"
#include "component/sink.hpp"
#include "delivery/breaker.hpp"
#include "delivery/concurrency.hpp"

namespace towline::delivery {

// The sink that stands in; used for single attempts only, beside those of its own deliverers. Null: there is none.
struct Fallback {
  std::string id;
  component::Sink* sink = nullptr;
  // When the own destination last took a batch; shared by all deliverers of the sink that diverts.
  std::shared_ptr<MonoTime> delivered_at = std::make_shared<MonoTime>(MonoTime::min());
};

class Diversion {
 public:
  // How the fallback's destination is asked again is up to the settings of the sink that diverts.
  Diversion(Fallback fallback, const component::DeliveryConfig& config, Random& random);

  // Has the sink a fallback?
  bool is_possible() const { return fallback_.sink != nullptr; }
  bool is_on() const { return on_; }
  const std::string& fallback() const { return fallback_.id; }

  // --- the own destination ---

  void delivered(MonoTime now) { *fallback_.delivered_at = now; }
  // Begins or ends it. `oldest`: of what is held; MonoTime::max() where nothing is. True: it has changed.
  bool look(Breaker::State own, MonoTime oldest, MonoTime now);
  // When look() would begin it, with everything else as it is; MonoTime::max(): never.
  MonoTime begins_at(Breaker::State own, MonoTime oldest) const;

  // --- attempts at the fallback's destination ---

  // May one more begin, with so many under way?
  bool may_start(std::size_t under_way, MonoTime now) const;
  // When it may: in the past if it may now, MonoTime::max() if an outcome comes first.
  MonoTime ready_at(std::size_t under_way) const;
  // Its number, ascending from 1.
  std::uint64_t begin() { return concurrency_.begin(); }
  component::Sink& sink() const { return *fallback_.sink; }
  // What has come of it, out of `under_way` attempts (itself counted).
  void ended(std::uint64_t attempt, std::size_t under_way, const component::Outcome& outcome, MonoTime now);
  void hurry(MonoTime now) { breaker_.hurry(now); }

 private:
  std::uint32_t limit() const;

  Fallback fallback_;
  Duration after_;
  Breaker breaker_;          // the fallback's destination, as this sink sees it
  Concurrency concurrency_;  // the same
  bool on_ = false;
};

}  // namespace towline::delivery
