#include "app/delivery_side.hpp"

#include <algorithm>
#include <random>

#include "stream/memory_stream.hpp"

namespace towline::app {

using telemetry::MetricId;

namespace {

std::uint64_t seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

// The level at which the stream packs its chunks: the highest of its sinks'. A sink that sends plain bytes would have
// to unpack them again, outside the budget, so with one among the readers nothing is packed ahead.
std::optional<codec::GzipLevel> packing_for(const std::vector<std::unique_ptr<component::Sink>>& sinks) {
  std::optional<codec::GzipLevel> highest;
  for (const auto& sink : sinks) {
    if (!sink->packing()) return std::nullopt;
    highest = std::max(highest, sink->packing());
  }
  return highest;
}

}  // namespace

DeliverySide::DeliverySide(const RootConfig& config, const std::vector<StreamPlan>& plans, telemetry::Metrics& metrics,
                           MemoryBudget& budget, const Clock& clock)
    : random_(seed()),
      dead_letters_(config.settings.data_dir ? *config.settings.data_dir + "/dead_letters" : "",
                    config.settings.dead_letters.max_size.bytes, clock),
      loop_(outbound_, clock) {
  for (const StreamPlan& plan : plans) add_stream(config, plan, metrics, budget);
}

DeliverySide::~DeliverySide() {
  if (!thread_.joinable()) return;
  loop_.drain(MonoTime::min());
  thread_.join();
}

void DeliverySide::add_stream(const RootConfig& config, const StreamPlan& plan, telemetry::Metrics& metrics,
                              MemoryBudget& budget) {
  std::vector<std::unique_ptr<component::Sink>> sinks;
  for (const std::size_t index : plan.sinks) {
    const ConfiguredSink& sink = config.sinks[index];
    sinks.push_back(sink.type->build(sink.config.get(), {sink.id, outbound_, compressor_, metrics, budget}));
  }
  stream::MemoryStream::Options options;
  options.packing = packing_for(sinks);
  streams_.push_back(std::make_unique<stream::MemoryStream>(options, budget, compressor_,
                                                            metrics.get(MetricId::stream_bytes, {plan.id})));
  stream::Stream& stream = *streams_.back();
  stream.on_append([this] { loop_.wake(); });
  loop_.add(stream);

  for (std::size_t i = 0; i < sinks.size(); ++i) {
    const ConfiguredSink& sink = config.sinks[plan.sinks[i]];
    deliverers_.push_back(std::make_unique<delivery::Deliverer>(
        delivery::Deliverer::Parts{sink.id, sink.delivery(), stream, *sinks[i], dead_letters_, budget, random_,
                                   delivery::Tally(metrics, sink.id)}));
    loop_.add(sink.id, *deliverers_.back());
    sinks_.push_back(std::move(sinks[i]));
  }
}

void DeliverySide::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "delivery");
    loop_.run();
    finished_ = true;
  });
}

void DeliverySide::join() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace towline::app
