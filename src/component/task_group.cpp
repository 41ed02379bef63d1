#include "component/task_group.hpp"

#include <utility>

namespace towline::component {

TaskGroup::TaskGroup(runtime::Supervisor& supervisor, runtime::Executor executor)
    : supervisor_(supervisor), executor_(std::move(executor)) {}

void TaskGroup::spawn(std::string name, runtime::Awaitable<void> body) {
  ++running_;
  supervisor_.spawn(executor_, std::move(name), run(std::move(body)));
}

// No guard object does the counting: the frames that are left when a program ends in the middle are destroyed after
// the group, and must not touch it.
runtime::Awaitable<void> TaskGroup::run(runtime::Awaitable<void> body) {
  try {
    co_await std::move(body);
  } catch (...) {
    --running_;
    throw;
  }
  --running_;
}

}  // namespace towline::component
