#include "app/commands/logs/interrupt.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

namespace towline::app::logs {

namespace {

constexpr std::array signals{SIGINT, SIGTERM};

// Set by a signal. The second one doesn't wait for what the first has to wait for, a request under way.
volatile sig_atomic_t raised = 0;

struct sigaction before[signals.size()];
struct sigaction pipe_before;

void on_signal(int) {
  if (raised != 0) _exit(0);
  raised = 1;
}

struct sigaction action(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  return action;
}

}  // namespace

Interrupt::Interrupt() {
  raised = 0;
  const struct sigaction ours = action(on_signal);
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &ours, &before[i]);
}

Interrupt::~Interrupt() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &before[i], nullptr);
}

bool Interrupt::is_over() const {
  return raised != 0;
}

// The signals are let through by ppoll() only, so that none is missed between the question and the wait.
bool Interrupt::wait(Duration time) {
  sigset_t ours;
  sigset_t waiting;
  sigemptyset(&ours);
  for (const int each : signals) sigaddset(&ours, each);
  sigprocmask(SIG_BLOCK, &ours, &waiting);
  for (const int each : signals) sigdelset(&waiting, each);
  const auto nanoseconds = std::max<Duration>(time, Duration::zero()).count();
  const timespec limit{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  pollfd output{STDOUT_FILENO, 0, 0};
  const int events = is_over() ? 0 : ppoll(&output, 1, &limit, &waiting);
  sigprocmask(SIG_UNBLOCK, &ours, nullptr);
  const bool is_closed = events > 0 && (output.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
  return !is_over() && !is_closed;
}

NoPipeSignal::NoPipeSignal() {
  const struct sigaction ignored = action(SIG_IGN);
  sigaction(SIGPIPE, &ignored, &pipe_before);
}

NoPipeSignal::~NoPipeSignal() {
  sigaction(SIGPIPE, &pipe_before, nullptr);
}

}  // namespace towline::app::logs
