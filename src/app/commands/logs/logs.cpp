#include "app/commands/logs/logs.hpp"

#include <ostream>
#include <thread>
#include <utility>

#include "app/commands/logs/cloudwatch.hpp"
#include "app/commands/logs/interrupt.hpp"
#include "app/commands/logs/local.hpp"
#include "app/commands/logs/output.hpp"
#include "app/commands/logs/place.hpp"
#include "app/commands/logs/plan.hpp"

namespace towline::app {

namespace {

using namespace logs;

constexpr int usage_error = 2;
constexpr Duration local_pause = std::chrono::milliseconds(300);
constexpr Duration service_pause = std::chrono::seconds(2);
constexpr Duration pause_after_error = std::chrono::seconds(10);

// One of the two places, with what reading needs.
class Reading {
 public:
  virtual ~Reading() = default;
  // What wasn't given before. `at_most` are wanted.
  virtual Result<void> read(std::uint64_t at_most, WallTime now, const TakeEvent& take) = 0;
  virtual Duration pause() const = 0;
  virtual std::uint64_t damaged() const { return 0; }
  // The service stops by itself at what it is asked for; a directory is looked through, for the oldest.
  virtual bool is_in_order() const = 0;
};

class LocalReading final : public Reading {
 public:
  LocalReading(const LocalPlace& place, const LogsOptions& options, const Plan& plan)
      : logs_({place.data_dir, options.stream, plan.window, plan.fields}, Matcher(plan.patterns, Matcher::Which::all)) {
  }

  Result<void> read(std::uint64_t, WallTime, const TakeEvent& take) override { return logs_.read(take); }
  Duration pause() const override { return local_pause; }
  std::uint64_t damaged() const override { return logs_.damaged(); }
  bool is_in_order() const override { return false; }

 private:
  LocalLogs logs_;
};

class GroupReading final : public Reading {
 public:
  GroupReading(GroupPlace place, const LogsOptions& options, const Plan& plan, const Clock& clock)
      : service_(std::move(place.service), std::move(place.credentials), clock),
        logs_(service_, {std::move(place.group), options.stream, plan.patterns.main, plan.window},
              Matcher(plan.patterns, Matcher::Which::rest)) {}

  Result<void> read(std::uint64_t at_most, WallTime now, const TakeEvent& take) override {
    return logs_.read(at_most, now, take);
  }
  Duration pause() const override { return service_pause; }
  bool is_in_order() const override { return true; }

 private:
  CloudWatchService service_;
  GroupLogs logs_;
};

int fail(const Error& error, int code, std::ostream& err) {
  err << error.message << '\n';
  return code;
}

void remark(const OldestEvents& events, bool was_cut, const Plan& plan, const Reading& reading, std::ostream& err) {
  if (was_cut || events.was_cut())
    err << "only the first " << plan.limit << " are shown; there are more (--limit, --since)\n";
  if (reading.damaged() > 0) err << reading.damaged() << " chunks are damaged and can't be shown\n";
}

int show(Reading& reading, const Plan& plan, const Clock& clock, std::ostream& out, std::ostream& err) {
  OldestEvents oldest(plan.limit);
  std::uint64_t taken = 0;
  bool was_cut = false;
  const auto take = [&](Event event) {
    was_cut = reading.is_in_order() && taken == plan.limit;
    if (was_cut) return false;
    ++taken;
    oldest.add(std::move(event));
    return true;
  };
  const Result<void> read = reading.read(plan.limit + 1, clock.wall_now(), take);
  if (!read) return fail(read.error(), 1, err);
  const std::vector<Event> events = oldest.take();
  Renderer renderer(plan.render, plan.fields);
  renderer.fit(events);
  Output output(out, err);
  if (!output.write(renderer.head())) return output.exit_code();
  for (const Event& event : events) {
    if (!output.write(renderer.line(event))) return output.exit_code();
  }
  output.flush();
  if (events.empty() && plan.render.to_terminal) err << "nothing found since " << shown_time(plan.window.since) << '\n';
  remark(oldest, was_cut, plan, reading, err);
  return output.exit_code();
}

// Events as they come. A service that fails for a while is asked again.
int follow(Reading& reading, const Plan& plan, const Clock& clock, std::ostream& out, std::ostream& err) {
  Interrupt interrupt;
  Renderer renderer(plan.render, plan.fields);
  Output output(out, err);
  std::uint64_t left = plan.limit;
  bool goes_on = output.write(renderer.head());
  bool has_read = false;
  const auto take = [&](Event event) {
    goes_on = !interrupt.is_over() && output.write(renderer.line(event)) && --left > 0;
    return goes_on;
  };
  while (goes_on) {
    const Result<void> read = reading.read(left, clock.wall_now(), take);
    if (!read && !has_read) return fail(read.error(), 1, err);
    if (!read) err << read.error().message << '\n';
    has_read = true;
    goes_on = output.flush() && goes_on && interrupt.wait(read ? reading.pause() : pause_after_error);
  }
  return output.exit_code();
}

int query(GroupPlace place, const LogsOptions& options, const Plan& plan, const Clock& clock, std::ostream& out,
          std::ostream& err) {
  CloudWatchService service(std::move(place.service), std::move(place.credentials), clock);
  const QueryOptions asked{std::move(place.group), options.query, plan.window, plan.limit, plan.wait};
  const auto pause = [](Duration time) { std::this_thread::sleep_for(time); };
  const Result<std::vector<Row>> rows = run_query(service, asked, clock, pause);
  if (!rows) return fail(rows.error(), 1, err);
  Output output(out, err);
  if (output.write(render_rows(*rows, plan.render))) output.flush();
  return output.exit_code();
}

}  // namespace

int logs_command(const LogsOptions& options, const config::Environment& environment,
                 const component::Registry& registry, const Clock& clock, std::ostream& out, std::ostream& err) {
  const Result<Plan> plan = make_plan(options, clock.wall_now());
  if (!plan) return fail(plan.error(), usage_error, err);
  Result<Place> place = choose_place(options, environment, registry, clock);
  if (!place) return fail(place.error(), usage_error, err);
  const NoPipeSignal no_signal;
  auto* group = std::get_if<GroupPlace>(&*place);
  if (!options.query.empty()) return query(std::move(*group), options, *plan, clock, out, err);
  if (group != nullptr && plan->patterns.main.size() > service_pattern_max)
    return fail({"CloudWatch takes filter patterns of up to 1024 bytes"}, usage_error, err);
  std::unique_ptr<Reading> reading;
  if (group != nullptr)
    reading = std::make_unique<GroupReading>(std::move(*group), options, *plan, clock);
  else
    reading = std::make_unique<LocalReading>(std::get<LocalPlace>(*place), options, *plan);
  return options.follow ? follow(*reading, *plan, clock, out, err) : show(*reading, *plan, clock, out, err);
}

}  // namespace towline::app
