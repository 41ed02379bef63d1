#include "app/commands/top/top.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <optional>
#include <ostream>
#include <thread>
#include <utility>

#include "app/commands/logs/interrupt.hpp"
#include "app/commands/top/figures.hpp"
#include "app/commands/top/screen.hpp"
#include "app/printable.hpp"

namespace towline::app {

namespace {

using status::Status;
using top::Colour;
using top::Screen;

constexpr std::size_t plain_columns = 120;  // where nobody says how wide a line may be
constexpr std::size_t own_rows = 2;         // below the tables

Result<std::string> ask_text(const TopOptions& options) {
  Result<net::HttpAnswer> answer = ask_admin(options.admin, "/status", options.timeout);
  if (!answer) return answer.error();
  if (answer->status != 200) return Error{"the daemon answered " + std::to_string(answer->status) + " to /status"};
  return std::move(answer->body);
}

Result<Status> ask(const TopOptions& options) {
  const Result<std::string> text = ask_text(options);
  if (!text) return text.error();
  return status::from_json(*text);
}

int fail(const Error& error, std::ostream& err) {
  err << error.message << '\n';
  return 1;
}

int show_json(const TopOptions& options, std::ostream& out, std::ostream& err) {
  logs::NoPipeSignal no_signal;
  logs::Interrupt interrupt;
  do {
    const Result<std::string> text = ask_text(options);
    if (!text) return fail(text.error(), err);
    out << *text << std::flush;
  } while (out && !options.once && interrupt.wait(options.interval));
  return 0;
}

std::size_t columns_of_output() {
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : plain_columns;
}

int show_once(const TopOptions& options, std::ostream& out, std::ostream& err) {
  const Result<Status> before = ask(options);
  if (!before) return fail(before.error(), err);
  std::this_thread::sleep_for(options.interval);
  const Result<Status> now = ask(options);
  if (!now) return fail(now.error(), err);
  const Colour colour = options.colour ? Colour::on : Colour::off;
  for (const std::string& line : top::lines_of({*now, &*before}, {columns_of_output()}, colour)) out << line << '\n';
  out.flush();
  return 0;
}

// The last answers, and since when there is none.
struct Watch {
  Status now;
  std::optional<Status> before = std::nullopt;
  std::string trouble = {};  // why there is no answer; empty: there is
  MonoTime answered = MonoClock::now();

  void look(const TopOptions& options) {
    Result<Status> next = ask(options);
    if (!next) {
      trouble = next.error().message.substr(0, next.error().message.find('\n'));
      return;
    }
    before = std::exchange(now, std::move(*next));
    trouble.clear();
    answered = MonoClock::now();
  }
};

std::vector<std::string> screen_of(const Watch& watch, const TopOptions& options, top::Size size) {
  const Colour colour = options.colour ? Colour::on : Colour::off;
  const std::size_t rows = size.rows;
  size.rows = rows > own_rows ? rows - own_rows : rows;
  const status::Status* before = watch.before ? &*watch.before : nullptr;
  std::vector<std::string> lines = top::lines_of({watch.now, before}, size, colour);
  if (rows <= own_rows) return lines;
  lines.resize(rows - 1);
  top::Text last{"q ends, every " + top::duration_text(options.interval), top::Style::faint};
  if (!watch.trouble.empty()) {
    last = {printable("no answer for " + top::duration_text(MonoClock::now() - watch.answered) + ": " + watch.trouble),
            top::Style::bad};
  }
  lines.push_back(painted({top::cut(last.text, size.columns), last.style}, colour));
  return lines;
}

int show_live(const TopOptions& options, std::ostream& err) {
  Result<Status> first = ask(options);
  if (!first) return fail(first.error(), err);
  Watch watch{std::move(*first)};
  Screen screen;
  MonoTime next = MonoClock::now() + options.interval;
  for (;;) {
    if (!screen.draw(screen_of(watch, options, screen.size()))) return 0;
    const Screen::Event event = screen.wait(next - MonoClock::now());
    if (event == Screen::Event::end) return 0;
    if (event == Screen::Event::draw_again) continue;
    watch.look(options);
    next = MonoClock::now() + options.interval;
  }
}

}  // namespace

int top_command(const TopOptions& options, std::ostream& out, std::ostream& err) {
  if (options.json) return show_json(options, out, err);
  if (options.once || !options.terminal) return show_once(options, out, err);
  return show_live(options, err);
}

}  // namespace towline::app
