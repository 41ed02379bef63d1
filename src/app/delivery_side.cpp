#include "app/delivery_side.hpp"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>

#include "base/diagnostics.hpp"
#include "stream/stream.hpp"

namespace towline::app {

using telemetry::MetricId;

namespace {

constexpr std::size_t left_bytes = 64 * 1024;

std::uint64_t seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

std::string random_uuid(Random& random) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string uuid;
  for (int i = 0; i < 32; ++i) uuid.push_back(digits[random.below(digits.size())]);
  return uuid;
}

// The level at which the stream packs its chunks: the highest of its sinks'. A sink that sends plain bytes would have
// to unpack them again, outside the budget, so with one among the readers nothing is packed ahead.
std::optional<codec::GzipLevel> packing_for(const std::vector<component::Sink*>& sinks) {
  std::optional<codec::GzipLevel> highest;
  for (const component::Sink* sink : sinks) {
    if (!sink->packing()) return std::nullopt;
    highest = std::max(highest, sink->packing());
  }
  return highest;
}

std::string dead_letter_folder(const Settings& settings) {
  return settings.data_dir ? *settings.data_dir + "/dead_letters" : "";
}

}  // namespace

DeliverySide::DeliverySide(const RootConfig& config, const std::vector<StreamPlan>& plans, const Facts& facts,
                           telemetry::Metrics& metrics, MemoryBudget& budget, const Clock& clock)
    : config_(config),
      metrics_(metrics),
      budget_(budget),
      clock_(clock),
      random_(seed()),
      folders_(config.settings, random_, clock),
      dead_letters_(dead_letter_folder(config.settings), config.settings.dead_letters.max_size.bytes, clock),
      loop_(outbound_, clock, budget),
      storage_thread_(clock) {
  for (const ConfiguredSink& sink : config.sinks) {
    sinks_.push_back(sink.type->build(sink.config.get(), {sink.id, outbound_, compressor_, metrics, budget, facts}));
  }
  for (const StreamPlan& plan : plans) {
    streams_.push_back(open_stream(plan.id, folders_.open(plan, config.sinks), plan.sinks, plan.chunk_bytes));
    for (const std::size_t sink : plan.sinks) add_deliverer(config.sinks[sink], *sinks_[sink], *streams_.back());
  }
  add_earlier_streams(config);
  if (!in_memory()) add_replay_streams(config);
}

DeliverySide::~DeliverySide() {
  loop_.drain(MonoTime::min());
  join();
}

std::unique_ptr<stream::Stream> DeliverySide::open_stream(const std::string& id, StreamFolders::Opened storage,
                                                          const std::vector<std::size_t>& sinks,
                                                          std::uint32_t chunk_bytes) {
  std::vector<component::Sink*> readers;
  for (const std::size_t sink : sinks) readers.push_back(sinks_[sink].get());
  stream::Stream::Options options;
  options.packing = packing_for(readers);
  options.pack_from = std::min(options.pack_from, chunk_bytes);
  if (!storage && opened_) opened_ = storage.error();
  return make_stream(id, std::move(options), storage ? std::move(*storage) : nullptr);
}

std::unique_ptr<stream::Stream> DeliverySide::make_stream(const std::string& id, stream::Stream::Options options,
                                                          std::unique_ptr<stream::Storage> storage) {
  options.uuid = random_uuid(random_);
  options.epoch = random_.next();
  const std::string& name = storage ? storage->stream() : id;
  if (storage) {
    storage_thread_.add(*storage);
    storage->on_room([this] { loop_.wake(); });
    storage->on_stored([this] {
      if (budget_.pressed() || budget_.somebody_waits()) loop_.wake();
    });
    storage->before_save([this] { return dead_letters_.sync(); });
  }
  auto stream = std::make_unique<stream::Stream>(std::move(options), budget_, compressor_,
                                                 metrics_.get(MetricId::stream_bytes, {name}), std::move(storage));
  stream->on_append([this] { loop_.wake(); });
  loop_.add(*stream);
  return stream;
}

void DeliverySide::add_deliverer(const ConfiguredSink& config, component::Sink& sink, stream::Stream& stream,
                                 bool is_replay) {
  deliverers_.push_back(std::make_unique<delivery::Deliverer>(
      delivery::Deliverer::Parts{config.id, config.delivery(), stream, sink, dead_letters_, budget_, random_, clock_,
                                 delivery::Tally(metrics_, config.id), fallback_of(config)}));
  loop_.add(config.id, *deliverers_.back());
  const delivery::Deliverer::Snapshot found = deliverers_.back()->snapshot();
  // A replay's records were received before: they are counted as dead letters that are none any more.
  if (is_replay) {
    replayed_before_[config.id] = found.settled + found.held - stream.end();
    return;
  }
  metrics_.get(MetricId::sink_carried_records, {config.id}).add(found.settled + found.held);
}

// All deliverers of the sink know when one of them has delivered.
delivery::Fallback DeliverySide::fallback_of(const ConfiguredSink& config) {
  const std::string& id = config.delivery().fallback;
  const auto found = std::ranges::find(config_.sinks, id, &ConfiguredSink::id);
  if (found == config_.sinks.end()) return {};
  delivery::Fallback fallback{id, sinks_[static_cast<std::size_t>(found - config_.sinks.begin())].get()};
  fallback.delivered_at = delivered_at_.try_emplace(config.id, fallback.delivered_at).first->second;
  return fallback;
}

// What folders hold that nobody appends to any more is delivered to the sinks that still exist.
void DeliverySide::add_earlier_streams(const RootConfig& config) {
  for (std::unique_ptr<stream::Storage>& storage : folders_.open_earlier()) {
    const std::string name = storage->stream();
    stream::Stream::Options options;
    options.grows = false;
    earlier_streams_.push_back(make_stream(name, std::move(options), std::move(storage)));
    const bool is_read = add_earlier_readers(config, *earlier_streams_.back());
    diagnostics::info("stream.earlier",
                      is_read ? "Left by an earlier configuration: what it holds is delivered beside what is new"
                              : "Left by an earlier configuration, for sinks that don't exist: it is left alone",
                      {{"stream", name}});
  }
}

bool DeliverySide::add_earlier_readers(const RootConfig& config, stream::Stream& stream) {
  bool is_read = false;
  for (std::size_t i = 0; i < config.sinks.size(); ++i) {
    if (!stream.storage()->store().cursor(config.sinks[i].id)) continue;
    add_deliverer(config.sinks[i], *sinks_[i], stream);
    is_read = true;
  }
  return is_read;
}

void DeliverySide::add_replay_streams(const RootConfig& config) {
  for (std::size_t i = 0; i < config.sinks.size(); ++i) {
    const std::string& sink = config.sinks[i].id;
    std::unique_ptr<stream::Stream>& stream = replay_streams_[sink];
    stream = open_stream(sink, folders_.open_replay(sink), {i});
    add_deliverer(config.sinks[i], *sinks_[i], *stream, true);
  }
}

stream::Stream* DeliverySide::replay_stream(const std::string& sink) const {
  const auto found = replay_streams_.find(sink);
  return found == replay_streams_.end() ? nullptr : found->second.get();
}

void DeliverySide::start() {
  const auto prepare = [this](stream::Stream& stream) {
    if (stream.storage() != nullptr) stream.storage()->prepare(clock_.now());
  };
  for (const auto& stream : streams_) prepare(*stream);
  for (const auto& stream : earlier_streams_) prepare(*stream);
  storage_thread_.start();
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "delivery");
    loop_.run();
    finished_ = true;
  });
}

bool DeliverySide::join() {
  if (thread_.joinable()) thread_.join();
  return storage_thread_.stop([this] { return loop_.make_room(); });
}

std::uint64_t DeliverySide::held() const {
  std::uint64_t held = 0;
  for (const delivery::Loop::SinkStatus& sink : loop_.status()) held += sink.now.held;
  return held;
}

void DeliverySide::each_stream(const std::function<void(const stream::Stream&)>& visit) const {
  for (const auto& stream : streams_) visit(*stream);
  for (const auto& stream : earlier_streams_) visit(*stream);
  for (const auto& [sink, stream] : replay_streams_) visit(*stream);
}

void DeliverySide::write_left(int descriptor) {
  std::string lines;
  const auto write_out = [&] {
    for (std::string_view rest = lines; !rest.empty();) {
      const ssize_t written = ::write(descriptor, rest.data(), rest.size());
      if (written < 0 && errno != EINTR) break;  // nobody reads it: there is no place left
      rest.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    lines.clear();
  };
  loop_.each_left([&](std::string_view /*sink*/, std::string_view record) {
    lines.append(record).push_back('\n');
    if (lines.size() >= left_bytes) write_out();
  });
  write_out();
}

std::vector<std::string> DeliverySide::unwell_streams() const {
  std::vector<std::string> unwell;
  each_stream([&](const stream::Stream& stream) {
    if (stream.storage() != nullptr && !stream.storage()->is_well()) unwell.push_back(stream.storage()->stream());
  });
  return unwell;
}

void DeliverySide::set_stream_metrics() const {
  each_stream([&](const stream::Stream& stream) {
    if (stream.storage() == nullptr) return;
    const std::string& id = stream.storage()->stream();
    metrics_.get(MetricId::stream_disk_bytes, {id}).set(stream.storage()->store().disk_bytes());
    metrics_.get(MetricId::stream_disk_max_bytes, {id}).set(stream.disk_max());
    metrics_.get(MetricId::stream_durable, {id}).set(stream.storage()->is_well() ? 1 : 0);
  });
  for (const auto& [sink, stream] : replay_streams_) {
    telemetry::Instrument& replayed = metrics_.get(MetricId::sink_replayed_records, {sink});
    replayed.add(replayed_before_.at(sink) + stream->end() - replayed.value());
  }
}

}  // namespace towline::app
