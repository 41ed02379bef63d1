// Every task (coroutine) is spawned here, with a name; one that fails is reported, never lost.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "runtime/asio.hpp"

namespace towline::runtime {

// Used on one shard's thread. Outlives the tasks.
class Supervisor {
 public:
  // `on_failure` is told the task's name and what its exception said; the default logs it as an error.
  using OnFailure = std::function<void(const std::string& task, const std::string& what)>;
  explicit Supervisor(OnFailure on_failure = {});

  void spawn(Executor executor, std::string name, Awaitable<void> body);

  std::size_t running() const { return running_; }

 private:
  OnFailure on_failure_;
  std::size_t running_ = 0;
};

}  // namespace towline::runtime
