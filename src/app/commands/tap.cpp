#include "app/commands/tap.hpp"

#include <charconv>
#include <ostream>
#include <utility>

#include "app/commands/admin_url.hpp"
#include "app/commands/logs/interrupt.hpp"
#include "app/commands/logs/local.hpp"
#include "app/commands/logs/output.hpp"
#include "app/commands/logs/render.hpp"
#include "app/commands/tap_events.hpp"
#include "app/own_token.hpp"
#include "app/printable.hpp"
#include "app/query.hpp"
#include "condition/condition.hpp"
#include "config/address.hpp"
#include "config/url.hpp"
#include "net/http_reading.hpp"
#include "record/limits.hpp"

namespace towline::app {

namespace {

using namespace logs;

constexpr int usage_error = 2;
constexpr Duration patience = std::chrono::milliseconds(200);  // how late a signal may be noticed

int fail(const std::string& message, int code, std::ostream& err) {
  err << message << '\n';
  return code;
}

std::string path_of(const TapOptions& options) {
  std::string path = "/tap?at=" + percent_encoded(options.place) + "&filter=" + percent_encoded(options.filter);
  if (options.limit) path += "&limit=" + std::to_string(*options.limit);
  return path;
}

// What the user says comes first. A token of the daemon's own is for this machine.
Result<config::SecretSource> token_for(const std::string& url, const TapOptions& options,
                                       const config::Environment& environment) {
  if (options.admin.token.configured()) return options.admin.token;
  const Result<config::Url> target = config::parse_url(url);
  if (!target || !(target->host == "localhost" || config::is_loopback(target->host))) return config::SecretSource();
  const Result<Secret> own = find_own_token(target->port, environment);
  if (!own) {
    return Error{
        own.error().message +
        "\nThe daemon makes it for its own user, unless admin.token is set. Is it running, and as you? Else set "
        "TOWLINE_ADMIN_TOKEN, or use --token-file."};
  }
  return config::SecretSource::literal(*own);
}

Result<net::HttpReading> ask(const TapOptions& options, const config::Environment& environment) {
  const Result<std::string> url = admin_url(options.admin.url, options.admin.admin_listen);
  if (!url) return url.error();
  const Result<config::SecretSource> token = token_for(*url, options, environment);
  if (!token) return token.error();
  auto headers = authorization(*token);
  if (!headers) return headers.error();
  headers->emplace_back("Accept", "text/event-stream");
  Result<net::HttpReading> reading =
      net::HttpReading::open(*url + path_of(options), {.headers = std::move(*headers), .timeout = options.timeout});
  if (!reading) return unreachable(reading.error());
  if (reading->status() == 401) return token_needed(*url);
  return reading;
}

std::string without_line_end(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// Whether the user has asked for what there isn't.
bool is_usage(int status) {
  return status == 400 || status == 404;
}

RenderOptions form_of(const TapOptions& options) {
  RenderOptions render;
  render.to_terminal = options.terminal;
  render.colour = options.colour;
  if (options.terminal && !options.json) render.form = Form::columns;
  return render;
}

// Shows events, and counts.
class Show {
 public:
  Show(const TapOptions& options, const Clock& clock, std::ostream& out, std::ostream& err)
      : clock_(clock), renderer_(form_of(options), fields_), output_(out, err) {}

  // False: nobody reads any more.
  bool take(EventReader& events) {
    while (const std::optional<EventReader::Event> event = events.next()) {
      if (event->name == "note") {
        skipped_ += number_in(event->data);
      } else if (event->name.empty()) {
        if (!output_.write(renderer_.line(event_of(event->data)))) return false;
        ++shown_;
      }
    }
    return output_.flush();
  }

  std::uint64_t shown() const { return shown_; }
  int exit_code() const { return output_.exit_code(); }

  std::string summary() const {
    std::string text = std::to_string(shown_) + (shown_ == 1 ? " record" : " records") + " shown";
    if (skipped_ > 0) text += ", " + std::to_string(skipped_) + " skipped: a tap shows no more (admin.tap)";
    return text;
  }

 private:
  Event event_of(const std::string& json) {
    std::string padded = json;
    padded.append(record::padding, '\0');
    const WallTime now = clock_.wall_now();
    Event event{now, json};
    if (record_.parse(std::string_view(padded).substr(0, json.size()), now) == record::ParseError::none)
      event.time = time_of(record_, fields_.time);
    return event;
  }

  // {"skipped":12}
  static std::uint64_t number_in(std::string_view note) {
    std::uint64_t number = 0;
    note.remove_prefix(std::min(note.size(), note.find(':') + 1));
    std::from_chars(note.data(), note.data() + note.size(), number);
    return number;
  }

  const Clock& clock_;
  Fields fields_;
  Renderer renderer_;
  Output output_;
  record::Record record_;
  std::uint64_t shown_ = 0;
  std::uint64_t skipped_ = 0;
};

int show(net::HttpReading& reading, const TapOptions& options, const Clock& clock, std::ostream& out,
         std::ostream& err) {
  Interrupt interrupt;
  EventReader events;
  Show show(options, clock, out, err);
  bool goes_on = true;
  bool has_ended = false;
  while (goes_on && !has_ended && interrupt.wait(Duration::zero())) {
    const std::optional<std::string> bytes = reading.read(patience);
    has_ended = !bytes.has_value();
    if (bytes) events.add(*bytes);
    goes_on = show.take(events);
  }
  err << show.summary() << '\n';
  if (has_ended && show.shown() < options.limit.value_or(UINT64_MAX)) return fail("the daemon has ended", 1, err);
  return show.exit_code();
}

}  // namespace

int tap_command(const TapOptions& options, const config::Environment& environment, const Clock& clock,
                std::ostream& out, std::ostream& err) {
  if (options.limit == 0U) return fail("--limit is a number from 1", usage_error, err);
  const Result<condition::Condition> filter = condition::Condition::parse(options.filter);
  if (!options.filter.empty() && !filter) return fail("--filter: " + filter.error().message, usage_error, err);
  const NoPipeSignal no_signal;
  Result<net::HttpReading> reading = ask(options, environment);
  if (!reading) return fail(reading.error().message, 1, err);
  if (reading->status() != 200)
    return fail(printable(without_line_end(reading->error_body())), is_usage(reading->status()) ? usage_error : 1, err);
  return show(*reading, options, clock, out, err);
}

}  // namespace towline::app
