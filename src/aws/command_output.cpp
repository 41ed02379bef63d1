#include "aws/command_output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

namespace towline::aws {

namespace {

using std::chrono::milliseconds;

// How soon a stop, and the end of a command that has closed its output, is noticed.
constexpr Duration slice = milliseconds(20);

// The command's side: a group of its own, no signal blocked or ignored that it would inherit so.
class Spawning {
 public:
  explicit Spawning(int output) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&files_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Spawning() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  Spawning(const Spawning&) = delete;
  Spawning& operator=(const Spawning&) = delete;

  // An errno; 0 when the command runs.
  int run(const std::string& command, pid_t& child) const {
    std::string shell = "sh";
    std::string flag = "-c";
    std::string text = command;
    const std::array<char*, 4> arguments = {shell.data(), flag.data(), text.data(), nullptr};
    return posix_spawn(&child, "/bin/sh", &files_, &attributes_, arguments.data(), environ);
  }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

class Command {
 public:
  Command(pid_t child, int output, const CommandLimits& limits, const std::stop_token& stop)
      : child_(child), output_(output), limits_(limits), stop_(stop), deadline_(MonoClock::now() + limits.time) {}
  ~Command() {
    ::close(output_);
    if (ended_) return;
    ::kill(-child_, SIGKILL);
    while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  Result<Secret> output() {
    std::string text(limits_.output_max + 1, '\0');
    Result<std::size_t> length = read_all(text);
    text.resize(length ? *length : 0);
    Secret output(std::move(text));
    if (!length) return length.error();
    if (*length > limits_.output_max) return Error{"said more than " + std::to_string(limits_.output_max) + " bytes"};
    const Result<int> status = wait();
    if (!status) return status.error();
    if (WIFSIGNALED(*status)) return Error{"was killed by signal " + std::to_string(WTERMSIG(*status))};
    if (WEXITSTATUS(*status) != 0) return Error{"ended with status " + std::to_string(WEXITSTATUS(*status))};
    return output;
  }

 private:
  Result<void> check_time() const {
    if (stop_.stop_requested()) return Error{"was stopped"};
    if (MonoClock::now() < deadline_) return {};
    return Error{"took longer than " + std::to_string(std::chrono::ceil<milliseconds>(limits_.time).count()) + " ms"};
  }

  // How many bytes came before the end; one more than the limit at the most.
  Result<std::size_t> read_all(std::string& text) const {
    std::size_t length = 0;
    while (length < text.size()) {
      if (Result<void> time = check_time(); !time) return time.error();
      pollfd readable{output_, POLLIN, 0};
      const auto wait = std::chrono::duration_cast<milliseconds>(slice).count();
      if (::poll(&readable, 1, static_cast<int>(wait)) <= 0) continue;
      const ssize_t n = ::read(output_, text.data() + length, text.size() - length);
      if (n == 0) break;
      if (n > 0) length += static_cast<std::size_t>(n);
      if (n < 0 && errno != EINTR) return Error{std::string("can't be read from: ") + std::strerror(errno)};
    }
    return length;
  }

  Result<int> wait() {
    int status = 0;
    while (::waitpid(child_, &status, WNOHANG) != child_) {
      if (Result<void> time = check_time(); !time) return time.error();
      std::this_thread::sleep_for(slice);
    }
    ended_ = true;
    return status;
  }

  pid_t child_;
  int output_;
  const CommandLimits& limits_;
  const std::stop_token& stop_;
  MonoTime deadline_;
  bool ended_ = false;  // and its process id may be another's
};

}  // namespace

Result<Secret> command_output(const std::string& command, const CommandLimits& limits, const std::stop_token& stop) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return Error{std::string("can't be started: ") + std::strerror(errno)};
  pid_t child = 0;
  const int error = Spawning(pipe[1]).run(command, child);
  ::close(pipe[1]);
  if (error != 0) {
    ::close(pipe[0]);
    return Error{std::string("can't be started: ") + std::strerror(error)};
  }
  return Command(child, pipe[0], limits, stop).output();
}

}  // namespace towline::aws
