#include "runtime/supervisor.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "base/diagnostics.hpp"

namespace towline::runtime {

namespace {

std::string what(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown exception";
  }
}

void log_failure(const std::string& task, const std::string& text) {
  diagnostics::error("task.failed", "A task ended by an error", {{"task", task}, {"error", text}});
}

}  // namespace

Supervisor::Supervisor(OnFailure on_failure) : on_failure_(on_failure ? std::move(on_failure) : log_failure) {}

void Supervisor::spawn(Executor executor, std::string name, Awaitable<void> body) {
  ++running_;
  asio::co_spawn(std::move(executor), std::move(body), [this, name = std::move(name)](std::exception_ptr failure) {
    --running_;
    if (failure) on_failure_(name, what(failure));
  });
}

}  // namespace towline::runtime
