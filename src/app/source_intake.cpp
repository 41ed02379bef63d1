#include "app/source_intake.hpp"

#include <algorithm>
#include <utility>

namespace towline::app {

using component::Frame;
using component::FrameFault;
using component::InvalidPolicy;
using telemetry::MetricId;

namespace {

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

}  // namespace

SourceIntake::SourceIntake(std::string source, Stage& stage, IntakeShared& shared)
    : source_(std::move(source)),
      stage_(stage),
      shared_(shared),
      received_(shared.metrics.get(MetricId::source_received_records, {source_})),
      bytes_(shared.metrics.get(MetricId::source_received_bytes, {source_})) {}

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

bool SourceIntake::has_room() const {
  return !shared_.budget.exhausted();
}

runtime::Awaitable<void> SourceIntake::room() {
  while (!has_room() && !shared_.stop_waiting) co_await shared_.room.wait();
}

}  // namespace towline::app
