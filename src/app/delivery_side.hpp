// The delivery half of the daemon: streams, sinks and the thread that moves records from one to the other.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "app/config.hpp"
#include "app/stream_plan.hpp"
#include "base/memory_budget.hpp"
#include "base/random.hpp"
#include "codec/gzip.hpp"
#include "component/sink.hpp"
#include "delivery/dead_letters.hpp"
#include "delivery/deliverer.hpp"
#include "delivery/loop.hpp"
#include "net/outbound.hpp"
#include "stream/stream.hpp"
#include "telemetry/metrics.hpp"

namespace towline::app {

// Built, started and joined by the main thread; in between everything but streams() and status() belongs to its thread.
class DeliverySide {
 public:
  // Everything referred to outlives it.
  DeliverySide(const RootConfig& config, const std::vector<StreamPlan>& plans, telemetry::Metrics& metrics,
               MemoryBudget& budget, const Clock& clock);
  ~DeliverySide();  // gives up what is still held
  DeliverySide(const DeliverySide&) = delete;
  DeliverySide& operator=(const DeliverySide&) = delete;

  // One per plan, in their order.
  const std::vector<std::unique_ptr<stream::Stream>>& streams() const { return streams_; }

  void start();
  // See delivery::Loop.
  void hurry() { loop_.hurry(); }
  void drain(MonoTime deadline) { loop_.drain(deadline); }
  bool finished() const { return finished_; }
  void join();

  std::vector<delivery::Loop::SinkStatus> status() const { return loop_.status(); }

 private:
  void add_stream(const RootConfig& config, const StreamPlan& plan, telemetry::Metrics& metrics, MemoryBudget& budget);

  net::Outbound outbound_;
  codec::Compressor compressor_;
  SeededRandom random_;
  delivery::DeadLetterFiles dead_letters_;
  delivery::Loop loop_;
  std::vector<std::unique_ptr<component::Sink>> sinks_;
  std::vector<std::unique_ptr<stream::Stream>> streams_;
  std::vector<std::unique_ptr<delivery::Deliverer>> deliverers_;
  std::atomic<bool> finished_{false};
  std::thread thread_;
};

}  // namespace towline::app
