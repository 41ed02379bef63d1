// A source: it reads frames from the outside and hands them to its intake.
#pragma once

#include <string>

#include "base/result.hpp"
#include "component/intake.hpp"
#include "runtime/asio.hpp"
#include "runtime/supervisor.hpp"
#include "telemetry/metrics.hpp"

namespace towline::component {

// What a source is built with. Everything referred to outlives the source.
struct SourceContext {
  std::string id;                   // its name in the configuration
  runtime::Executor executor;       // of its shard: a source is used only on that shard's thread
  runtime::Supervisor& supervisor;  // spawns its tasks by name
  Intake& intake;
  telemetry::Metrics& metrics;
};

// Life: open() -> start() -> stop_accepting() -> (sessions end by themselves, or) close() -> idle() is true ->
// destroyed.
class Source {
 public:
  virtual ~Source() = default;

  // Binds and listens; the error names the address and what to do. Called once.
  virtual Result<void> open() = 0;

  // The addresses that are really bound ("127.0.0.1:9000"; port 0 has become a number). After open().
  virtual std::string address() const = 0;

  // Spawns the tasks that read.
  virtual void start() = 0;

  // Drain, first half: no new connections; open ones are read until the peer closes.
  virtual void stop_accepting() = 0;

  // Drain, second half, at the deadline: what already lies in the kernel's buffers is read (a bounded amount, and only
  // while the intake has room), unfinished last lines are handed over, everything is closed.
  virtual void close() = 0;

  // No session is left that could still hand over a frame.
  virtual bool idle() const = 0;
};

}  // namespace towline::component
