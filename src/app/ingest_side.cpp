#include "app/ingest_side.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/diagnostics.hpp"

namespace towline::app {

using telemetry::MetricId;

namespace {

Duration shortest_linger(const std::vector<StreamPlan>& plans) {
  Duration shortest = Duration::max();
  for (const StreamPlan& plan : plans) shortest = std::min(shortest, plan.linger);
  return shortest;
}

}  // namespace

IngestSide::IngestSide(const RootConfig& config, const std::vector<StreamPlan>& plans,
                       const std::vector<std::unique_ptr<stream::Stream>>& streams, runtime::Executor executor,
                       runtime::Supervisor& supervisor, const StepSurroundings& surroundings, MemoryBudget& budget,
                       const Clock& clock)
    : room_(executor),
      stored_(executor),
      shared_{executor, clock,   budget,        surroundings.metrics, budget.used(),
              room_,    stored_, stop_waiting_, [this] { linger(); }},
      stages_(config, surroundings),
      linger_(shortest_linger(plans)),
      linger_timer_(executor) {
  budget.on_room([this, executor] { runtime::asio::post(executor, [this] { room_.notify_all(); }); });
  for (const auto& stream : streams) {
    stream->on_durable([this, executor] { runtime::asio::post(executor, [this] { stored_.notify_all(); }); });
  }
  add_writers(plans, streams, surroundings.metrics);
  taps_.emplace(config, plans, stages_);
  add_sources(config, executor, supervisor, surroundings.metrics);
}

void IngestSide::add_writers(const std::vector<StreamPlan>& plans,
                             const std::vector<std::unique_ptr<stream::Stream>>& streams, telemetry::Metrics& metrics) {
  for (std::size_t i = 0; i < plans.size(); ++i) {
    stream::Writer::Options options{plans[i].chunk_bytes, plans[i].chunk_records, plans[i].time_field};
    writers_.push_back(std::make_unique<stream::Writer>(std::move(options), *streams[i],
                                                        metrics.get(MetricId::stream_appended_records, {plans[i].id})));
    for (const std::string& input : plans[i].inputs) stages_.at(input).outputs.push_back(writers_.back().get());
  }
}

void IngestSide::add_sources(const RootConfig& config, const runtime::Executor& executor,
                             runtime::Supervisor& supervisor, telemetry::Metrics& metrics) {
  for (const ConfiguredSource& source : config.sources) {
    intakes_.push_back(std::make_unique<SourceIntake>(source.id, stages_.at(source.id), shared_));
    sources_.push_back(
        {source.id, source.type->name,
         source.type->build(source.config.get(), {source.id, executor, supervisor, *intakes_.back(), metrics})});
  }
}

Result<void> IngestSide::open() {
  for (const NamedSource& named : sources_) {
    if (Result<void> opened = named.source->open(); !opened) return opened;
    diagnostics::info("source.listening", "Ready for records",
                      {{"source", named.id}, {"address", named.source->address()}, {"transport", named.type}});
  }
  return {};
}

void IngestSide::start() {
  for (const NamedSource& named : sources_) named.source->start();
}

void IngestSide::stop_accepting() {
  for (const NamedSource& named : sources_) named.source->stop_accepting();
}

void IngestSide::close() {
  stop_waiting_ = true;
  room_.notify_all();
  stored_.notify_all();
  for (const NamedSource& named : sources_) named.source->close();
}

bool IngestSide::idle() const {
  return std::all_of(sources_.begin(), sources_.end(), [](const NamedSource& named) { return named.source->idle(); });
}

void IngestSide::flush() {
  for (const auto& writer : writers_) writer->flush();
}

// A part chunk waits for company, but not for long. The timer runs only while there is one.
void IngestSide::linger() {
  if (lingering_) return;
  lingering_ = true;
  linger_timer_.expires_after(linger_);
  linger_timer_.async_wait([this](runtime::ErrorCode) {
    lingering_ = false;
    flush();
  });
}

}  // namespace towline::app
