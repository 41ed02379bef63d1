#include "app/commands/top/screen.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace towline::app::top {

namespace {

constexpr std::array ending{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr std::array fatal{SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
constexpr std::array ours{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP};
constexpr int fallback_columns = 80;
constexpr int fallback_rows = 24;
constexpr char ctrl_d = 4;

// The alternate screen, no cursor, lines that are cut and don't wrap; and back.
constexpr std::string_view enter_text = "\x1b[?1049h\x1b[?25l\x1b[?7l";
constexpr std::string_view leave_text = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

// What signal handlers need to know.
volatile sig_atomic_t asked_to_end = 0;
volatile sig_atomic_t resized = 0;
volatile sig_atomic_t asked_to_stop = 0;
volatile sig_atomic_t is_entered = 0;
bool has_keys = false;  // standard input is a terminal
termios keys_before{};

struct sigaction ending_before[ending.size()];
struct sigaction fatal_before[fatal.size()];
struct sigaction resize_before;
struct sigaction stop_before;
struct sigaction pipe_before;

// A terminal that takes nothing (Ctrl-S) is waited for, until a signal asks for the end.
bool write_all(std::string_view text) {
  while (!text.empty()) {
    ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EAGAIN) {
      pollfd output{STDOUT_FILENO, POLLOUT, 0};
      written = ::poll(&output, 1, -1) < 0 ? -1 : 0;
    }
    if (written < 0 && (errno != EINTR || asked_to_end != 0)) return false;
    text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
  return true;
}

void enter() {
  if (has_keys) {
    termios keys = keys_before;
    keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    keys.c_cc[VMIN] = 0;
    keys.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &keys);
  }
  is_entered = 1;
  write_all(enter_text);
}

// Only what a signal handler may call.
void leave() {
  if (is_entered == 0) return;
  is_entered = 0;
  write_all(leave_text);
  if (has_keys) tcsetattr(STDIN_FILENO, TCSANOW, &keys_before);
}

// The second one doesn't wait for what the first has to wait for, an answer of the daemon.
void on_ending(int /*signal*/) {
  if (asked_to_end != 0) {
    leave();
    _exit(0);
  }
  asked_to_end = 1;
}

// The handler is gone by now (SA_RESETHAND): the signal that comes again has its own consequences.
void on_fatal(int signal) {
  leave();
  raise(signal);
}

void on_resize(int /*signal*/) {
  resized = 1;
}

void on_stop(int /*signal*/) {
  asked_to_stop = 1;
}

struct sigaction action(void (*handler)(int), int flags = 0) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  return action;
}

template <std::size_t Size>
void take(const std::array<int, Size>& signals, struct sigaction (&before)[Size], const struct sigaction& handler) {
  for (std::size_t i = 0; i < Size; ++i) sigaction(signals[i], &handler, &before[i]);
}

template <std::size_t Size>
void give_back(const std::array<int, Size>& signals, const struct sigaction (&before)[Size]) {
  for (std::size_t i = 0; i < Size; ++i) sigaction(signals[i], &before[i], nullptr);
}

}  // namespace

Screen::Screen() {
  asked_to_end = 0;
  resized = 0;
  asked_to_stop = 0;
  has_keys = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &keys_before) == 0;
  take(ending, ending_before, action(on_ending));
  take(fatal, fatal_before, action(on_fatal, static_cast<int>(SA_RESETHAND)));
  const struct sigaction resize = action(on_resize);
  const struct sigaction stop = action(on_stop);
  const struct sigaction ignored = action(SIG_IGN);
  sigaction(SIGWINCH, &resize, &resize_before);
  sigaction(SIGTSTP, &stop, &stop_before);
  sigaction(SIGPIPE, &ignored, &pipe_before);
  enter();
}

Screen::~Screen() {
  leave();
  sigaction(SIGPIPE, &pipe_before, nullptr);
  sigaction(SIGTSTP, &stop_before, nullptr);
  sigaction(SIGWINCH, &resize_before, nullptr);
  give_back(fatal, fatal_before);
  give_back(ending, ending_before);
}

Size Screen::size() const {
  winsize size{};
  ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  return {static_cast<std::size_t>(size.ws_col > 0 ? size.ws_col : fallback_columns),
          static_cast<std::size_t>(size.ws_row > 0 ? size.ws_row : fallback_rows)};
}

// Line by line over what is there, so that nothing flickers; what is left of a line and below the last is cleared.
bool Screen::draw(const std::vector<std::string>& lines) {
  std::string text = "\x1b[H";
  std::string_view line_end;
  for (const std::string& line : lines) {
    text.append(line_end).append(line).append("\x1b[K");
    line_end = "\r\n";
  }
  return write_all(text + "\x1b[J");
}

// The signals are let through by ppoll() only, so that none is missed between the question and the wait.
Screen::Event Screen::wait(Duration time) {
  sigset_t blocked;
  sigset_t waiting;
  sigemptyset(&blocked);
  for (const int each : ours) sigaddset(&blocked, each);
  sigprocmask(SIG_BLOCK, &blocked, &waiting);
  for (const int each : ours) sigdelset(&waiting, each);
  const auto nanoseconds = std::max<Duration>(time, Duration::zero()).count();
  const timespec limit{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  std::array<pollfd, 2> watched{{{STDOUT_FILENO, 0, 0}, {has_keys ? STDIN_FILENO : -1, POLLIN, 0}}};
  const bool has_news = asked_to_end != 0 || resized != 0 || asked_to_stop != 0;
  const int ready = has_news ? 0 : ppoll(watched.data(), watched.size(), &limit, &waiting);
  sigprocmask(SIG_UNBLOCK, &blocked, nullptr);

  constexpr short gone = POLLERR | POLLHUP | POLLNVAL;
  if (asked_to_end != 0 || (ready > 0 && (watched[0].revents & gone) != 0)) return Event::end;
  if (asked_to_stop != 0) suspend();
  if (resized != 0) {
    resized = 0;
    return Event::draw_again;
  }
  return ready > 0 ? read_keys() : Event::time_is_up;
}

Screen::Event Screen::read_keys() {
  std::array<char, 64> keys{};
  const ssize_t size = ::read(STDIN_FILENO, keys.data(), keys.size());
  if (size == 0 || (size < 0 && errno != EINTR && errno != EAGAIN)) return Event::end;
  const std::string_view pressed(keys.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  const bool ends = pressed.find_first_of("qQ") != std::string_view::npos || pressed.find(ctrl_d) != pressed.npos;
  return ends ? Event::end : Event::draw_again;
}

// Ctrl-Z: the shell gets its terminal back, and gives it again.
void Screen::suspend() {
  leave();
  asked_to_stop = 0;
  raise(SIGSTOP);
  if (has_keys) tcgetattr(STDIN_FILENO, &keys_before);
  enter();
  resized = 1;
}

}  // namespace towline::app::top
