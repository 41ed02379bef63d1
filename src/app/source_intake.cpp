#include "app/source_intake.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace towline::app {

using component::Frame;
using component::FrameFault;
using component::InvalidPolicy;
using telemetry::MetricId;

namespace {

// Relief may end while a source waits that has asked for it already: it asks again, but not all the time.
constexpr Duration ask_again = std::chrono::seconds(1);

bool is_blank(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
}

std::string_view cause_of(FrameFault fault) {
  switch (fault) {
    case FrameFault::too_long:
      return "too_long";
    case FrameFault::truncated:
      return "truncated";
    case FrameFault::cut:
      return "cut";
    case FrameFault::none:
      break;
  }
  return "";
}

// How long one line may go on for lack of room before another one may.
constexpr Duration finishing_time = std::chrono::milliseconds(200);

void collect_writers(const Stage& stage, std::vector<stream::Writer*>& writers) {
  for (stream::Writer* output : stage.outputs) {
    if (std::find(writers.begin(), writers.end(), output) == writers.end()) writers.push_back(output);
  }
  for (const Stage* next : stage.next) collect_writers(*next, writers);
}

}  // namespace

SourceIntake::SourceIntake(std::string source, Stage& stage, IntakeShared& shared)
    : source_(std::move(source)),
      stage_(stage),
      shared_(shared),
      received_(shared.metrics.get(MetricId::source_received_records, {source_})),
      bytes_(shared.metrics.get(MetricId::source_received_bytes, {source_})) {
  collect_writers(stage, writers_);
}

void SourceIntake::accept(const Frame& frame) {
  if (frame.fault == FrameFault::none && is_blank(frame.bytes)) return;
  const WallTime wall = shared_.clock.wall_now();
  const MonoTime mono = shared_.clock.now();
  received_.add();
  if (frame.fault == FrameFault::too_long || frame.fault == FrameFault::truncated) {
    return reject(frame, cause_of(frame.fault), wall, mono);
  }
  const record::ParseError error = record_.parse(frame.bytes, wall);
  if (error != record::ParseError::none) {
    return reject(frame, frame.fault == FrameFault::cut ? cause_of(frame.fault) : record::name(error), wall, mono);
  }
  stage_.process(record_, mono, {});
  shared_.on_record();
}

void SourceIntake::reject(const Frame& frame, std::string_view cause, WallTime wall, MonoTime mono) {
  shared_.metrics.get(MetricId::source_invalid_records, {source_, cause}).add();
  if (policy_ == InvalidPolicy::drop) {
    return shared_.metrics.get(MetricId::source_dropped_records, {source_, cause}).add();
  }
  record_.wrap(frame.bytes, cause, wall, frame.lost_bytes);
  stage_.process(record_, mono, policy_ == InvalidPolicy::dead_letter ? "invalid" : std::string_view());
  shared_.on_record();
}

// Once a source has given way it goes on doing so until there is room in the ordinary way.
bool SourceIntake::has_room(const Charge* line) {
  if (!shared_.budget.exhausted(false)) {
    gave_way_ = false;
    return true;
  }
  return (gave_way_ && !shared_.budget.exhausted(true)) || may_finish(line);
}

// Lines that are not whole can't leave memory, and without room none would become whole. One at a time may, but a
// client that falls silent must not keep the others from it.
bool SourceIntake::may_finish(const Charge* line) const {
  if (line == nullptr || line->bytes() == 0) return false;
  if (shared_.budget.used() - shared_.unfinished_bytes >= Marks(shared_.budget.limit()).soft) return false;
  const MonoTime now = MonoClock::now();
  if (shared_.finishing == line) return true;
  if (shared_.finishing != nullptr && now < shared_.finishing_until) return false;
  shared_.finishing = line;
  shared_.finishing_until = now + finishing_time;
  return true;
}

void SourceIntake::gather(Charge& line, std::uint64_t bytes) {
  if (line.bytes() == bytes) return;
  if (line.bytes() == 0) line = Charge(shared_.budget, 0);
  shared_.unfinished_bytes += bytes - line.bytes();
  line.resize(bytes);
  if (bytes > 0 || shared_.finishing != &line) return;
  shared_.finishing = nullptr;
  shared_.room.notify_all();
}

runtime::Awaitable<void> SourceIntake::room(const Charge* line) {
  MonoTime patience = block_at_most_ ? MonoClock::now() + *block_at_most_ : MonoTime::max();
  const bool has_line = line != nullptr && line->bytes() > 0;
  while (!has_room(line) && !shared_.stop_waiting) {
    const MonoTime until = has_line ? std::min(patience, MonoClock::now() + finishing_time) : patience;
    co_await shared_.room.wait_until(until);
    if (MonoClock::now() < patience) continue;
    patience = MonoClock::now() + std::max(*block_at_most_, ask_again);
    gave_way_ = true;
    shared_.budget.give_way();
  }
}

component::Reserved SourceIntake::reserve(Charge& held, std::uint64_t bytes) {
  MemoryBudget& budget = shared_.budget;
  if (bytes > held.bytes()) {
    const std::uint64_t more = bytes - held.bytes();
    if (shared_.never_free + bytes > budget.soft_limit()) return component::Reserved::never;
    if (!budget.has_room_for(more)) return component::Reserved::full;
  }
  if (held.bytes() == 0) held = Charge(budget, 0);
  held.resize(bytes);
  return component::Reserved::yes;
}

// What others hand over in this turn of the loop comes before the flush, and shares its chunks.
runtime::Awaitable<component::Ack> SourceIntake::durable(Duration at_most) {
  const MonoTime deadline = MonoClock::now() + at_most;
  co_await runtime::asio::post(shared_.executor, runtime::Token());
  std::vector<Goal> goals = flush_writers();
  for (const Goal& goal : goals) {
    if (!goal.stream->is_durable()) co_return component::Ack::in_memory;
  }
  const auto reached = [](const Goal& goal) { return goal.stream->durable_end() >= goal.end; };
  while (std::erase_if(goals, reached), !goals.empty()) {
    if (shared_.stop_waiting || MonoClock::now() >= deadline) co_return component::Ack::unknown;
    co_await shared_.stored.wait_until(deadline);
  }
  co_return component::Ack::durable;
}

std::vector<SourceIntake::Goal> SourceIntake::flush_writers() {
  std::vector<Goal> goals;
  for (stream::Writer* writer : writers_) {
    writer->flush();
    goals.push_back({&writer->stream(), writer->stream().end()});
  }
  return goals;
}

}  // namespace towline::app
