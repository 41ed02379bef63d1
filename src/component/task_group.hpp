// The tasks of one source. They run under the shard's supervisor, which reports those that fail; the group knows
// whether any is left, so that the source can say when it is idle.
#pragma once

#include <cstddef>
#include <string>

#include "runtime/supervisor.hpp"

namespace towline::component {

// Used on one shard's thread. Outlives its tasks: whoever owns it is destroyed only when idle().
class TaskGroup {
 public:
  TaskGroup(runtime::Supervisor& supervisor, runtime::Executor executor);

  void spawn(std::string name, runtime::Awaitable<void> body);
  bool idle() const { return running_ == 0; }

 private:
  runtime::Awaitable<void> run(runtime::Awaitable<void> body);

  runtime::Supervisor& supervisor_;
  runtime::Executor executor_;
  std::size_t running_ = 0;
};

}  // namespace towline::component
