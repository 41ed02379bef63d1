#include "simulation/world.hpp"

#include <algorithm>
#include <utility>

#include "component/encode.hpp"

namespace towline::simulation {

using component::Outcome;
using component::Status;

namespace {

// A cursor that has moved is saved by then, even if the disk failed before.
constexpr Duration longest_wait = std::chrono::seconds(3);

std::string sink_name(std::size_t index) {
  return "sink" + std::to_string(index);
}

std::vector<std::string> lines_of(const component::Batch& batch) {
  std::vector<std::string> lines;
  std::string scratch;
  for (const component::Slice& slice : batch.slices) {
    std::string_view rest = component::plain_of(slice, scratch);
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      lines.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
  }
  return lines;
}

}  // namespace

std::uint64_t Snapshot::fingerprint() const {
  return image.fingerprint() * 3 ^ oracle.fingerprint() * 5 ^ draws * 0x9E3779B97F4A7C15U;
}

// A destination: takes a batch, takes it without an answer that arrives, or fails. It never takes poison.
class World::Destination final : public component::Sink {
 public:
  // `mark`: what is diverted to it has this in each record; empty: it is the sink's own.
  Destination(World& world, std::uint32_t index, std::string mark = {})
      : world_(world), index_(index), mark_(std::move(mark)) {}

  void attempt(const component::Batch& batch, Done done) override {
    ++world_.activity_;
    Outcome outcome = answer(batch);
    if (world_.later()) {
      under_way_.push_back({std::move(outcome), std::move(done)});
    } else {
      done(std::move(outcome));
    }
  }

  bool has_replies() const { return !under_way_.empty(); }
  void reply(std::size_t which) {
    auto [outcome, done] = std::move(under_way_[which]);
    under_way_.erase(under_way_.begin() + static_cast<std::ptrdiff_t>(which));
    done(std::move(outcome));
  }
  std::size_t replies() const { return under_way_.size(); }

 private:
  Outcome answer(const component::Batch& batch) {
    const std::vector<std::string> lines = unmarked(lines_of(batch));
    const auto is_poison = [](const std::string& line) { return line.find("\"poison\"") != std::string::npos; };
    if (std::any_of(lines.begin(), lines.end(), is_poison)) {
      tell("400", batch);
      return {Status::rejected, 400, "400 Bad Request", {}};
    }
    switch (world_.pick_answer()) {
      case Answer::unavailable:
        tell("503", batch);
        return {Status::retry, 503, "503 Service Unavailable", {}};
      case Answer::reply_lost:
        tell("taken, reply lost", batch);
        take(batch, lines);
        world_.oracle_.reply_lost();
        return {Status::unreachable, 0, "connection reset", {}};
      case Answer::taken:
        tell("taken", batch);
        take(batch, lines);
        return {};
    }
    return {};
  }

  void take(const component::Batch& batch, const std::vector<std::string>& lines) {
    world_.oracle_.delivered(index_, batch.key, lines);
    if (!mark_.empty()) world_.oracle_.saw(Sometimes::diverted);
  }

  // A record without the mark is none that may come here.
  std::vector<std::string> unmarked(std::vector<std::string> lines) const {
    if (mark_.empty()) return lines;
    for (std::string& line : lines) {
      const bool marked = line.ends_with(mark_);
      line = marked ? line.substr(0, line.size() - mark_.size()) + "}" : "unmarked: " + line;
    }
    return lines;
  }

  // Which sink and which records the answer is about is told in a trace.
  void tell(const std::string& what, const component::Batch& batch) {
    if (!world_.settings_.trace) return world_.note(what);
    world_.note((mark_.empty() ? "" : "fallback of ") + sink_name(index_) + " [" + std::to_string(batch.first_seq) +
                "," + std::to_string(batch.slices.back().end_seq()) + ") " + what);
  }

  World& world_;
  const std::uint32_t index_;
  const std::string mark_;
  struct UnderWay {
    Outcome outcome;
    Done done;
  };
  std::vector<UnderWay> under_way_;
};

// Dead letters are kept for ever, even over a power cut: whether they are synced is not this simulation's question.
class World::Letters final : public delivery::DeadLetters {
 public:
  explicit Letters(World& world) : world_(world) {}
  bool keep(const Letter& letter) override {
    ++world_.activity_;
    world_.oracle_.set_aside(static_cast<std::uint32_t>(letter.sink.back() - '0'), letter.record);
    return true;
  }
  std::string_view why_not() const override { return "never"; }

 private:
  World& world_;
};

World::World(const Settings& settings, const Snapshot& snapshot, Choices& choices, CrashPoint crash_point)
    : settings_(settings),
      choices_(choices),
      crash_point_(std::move(crash_point)),
      oracle_(snapshot.oracle),
      disk_(snapshot.image),
      files_(disk_, *this),
      seam_(files_, settings.planted),
      store_random_(snapshot.draws),
      budget_(settings.memory) {
  config_.batch.records = config::Limit(settings.batch_records);
  config_.batch.age = Duration::zero();
  config_.retry.initial = config_.retry.max = std::chrono::seconds(1);
  if (settings.world.in_order) config_.retry.poison = config::Limit();
  config_.in_flight = settings.in_flight;
  config_.after = std::chrono::seconds(1);
  config_.when_full = settings.when_full;
  if (settings.when_full != component::WhenFull::block) oracle_.policy_may_drop();
  recover();
}

// What the store still writes when it ends is not watched.
World::~World() {
  watched_ = false;
}

void World::recover() {
  const Duration keep = settings_.keep ? std::chrono::hours(24) : Duration::zero();
  auto store =
      stream::Store::open({"simulated", settings_.max_size, settings_.segment_bytes, settings_.durability, keep}, seam_,
                          store_random_, clock_);
  if (!store) return oracle_.violated("P9: no start: " + store.error().message);
  stream::Stream::Options options;
  if (settings_.packed_from > 0) {
    options.packing = codec::GzipLevel::fast;
    options.pack_from = settings_.packed_from;
  }
  auto storage = std::make_unique<stream::Storage>("simulated", std::move(*store));
  storage->on_durable([this] {
    ++activity_;
    oracle_.durable(stream_->durable_end());
  });
  if (settings_.cursors_apart) storage->on_cursors([] {});
  letters_ = std::make_unique<Letters>(*this);
  stream_ = std::make_unique<stream::Stream>(std::move(options), budget_, compressor_,
                                             metrics_.get(telemetry::MetricId::stream_bytes, {"simulated"}),
                                             std::move(storage));
  for (std::uint32_t i = 0; i < settings_.world.sinks; ++i)
    destinations_.push_back(std::make_unique<Destination>(*this, i));
  for (std::uint32_t i = 0; i < settings_.world.sinks; ++i) {
    deliverers_.push_back(std::make_unique<delivery::Deliverer>(
        delivery::Deliverer::Parts{sink_name(i), config_, *stream_, *destinations_[i], *letters_, budget_, random_,
                                   clock_, delivery::Tally(metrics_, sink_name(i)), fallback_of(i)}));
    room_.add(*deliverers_.back());
  }
  check_ledger();
}

delivery::Fallback World::fallback_of(std::uint32_t sink) {
  if (!settings_.fallback) return {};
  const std::string mark = ",\"towline\":{\"diverted_from\":\"" + sink_name(sink) + "\"}}";
  destinations_.push_back(std::make_unique<Destination>(*this, sink, mark));
  return {"fallback", destinations_.back().get()};
}

// As a source does it: it waits while there is no room, and after a while asks for relief.
bool World::has_room() {
  if (!budget_.exhausted()) {
    gave_way_ = false;
    return true;
  }
  return gave_way_ && !budget_.exhausted(true);
}

void World::append() {
  if (!has_room()) {
    if (gave_way_) return;
    gave_way_ = true;
    oracle_.policy_may_drop();
    return budget_.give_way();
  }
  ++activity_;
  const std::uint32_t records = oracle_.accepted() % 3 == 2 ? Oracle::chunk_records_max : 1;
  const std::uint32_t first = oracle_.accept(records);
  record::Chunk chunk;
  for (std::uint32_t id = first; id < first + records; ++id) chunk.plain += oracle_.line_of(id) + "\n";
  chunk.plain.shrink_to_fit();
  chunk.records = records;
  chunk.plain_bytes = static_cast<std::uint32_t>(chunk.plain.size());
  chunk.oldest = clock_.now();
  chunk.received = clock_.wall_now();
  oracle_.numbered(first, records, stream_->append(std::move(chunk)));
  take_in();
}

void World::take_in() {
  while (stream_->take_in()) {
  }
}

void World::store() {
  store_after(stream::Storage::commit_wait);
}

// What the storage thread finds waiting waits from then on.
void World::store_after(Duration wait) {
  const std::size_t segments = stream_->storage()->store().segments().size();
  stream_->storage()->turn(clock_.now());
  clock_.pass(wait);
  stream_->storage()->turn(clock_.now());
  if (stream_->storage()->store().segments().size() < segments) oracle_.saw(Sometimes::segment_released);
  check_limits();
}

void World::save() {
  const std::uint64_t faults_before = faults_;
  store_after(longest_wait);
  if (!settings_.cursors_apart) tell_what_is_saved(faults_before);
}

void World::write_cursors() {
  const std::uint64_t faults_before = faults_;
  stream_->storage()->write_cursors();
  stream_->storage()->turn(clock_.now());
  check_limits();
  if (stream_->times_followed() == stream_->times_shown()) tell_what_is_saved(faults_before);
}

void World::tell_what_is_saved(std::uint64_t faults_before) {
  if (faults_ != faults_before || disk_is_full() || !stream_->storage()->is_well()) return;
  for (std::uint32_t i = 0; i < deliverers_.size(); ++i) {
    if (deliverers_[i]->held() == 0) oracle_.saved(i);
  }
}

// Until nothing is left to do at this moment: attempts that have ended are settled, and new ones begin.
void World::deliver() {
  const std::uint64_t reads = files_.reads();
  take_in();
  room_.turn();
  for (const auto& deliverer : deliverers_) {
    do {
      deliverer->turn(clock_.now());
    } while (deliverer->next_turn() == MonoTime::min());
  }
  stream_->let_go();
  if (files_.reads() != reads) oracle_.saw(Sometimes::read_from_disk);
  check_limits();
}

void World::note(std::string_view what) {
  notes_ += notes_.empty() ? " (" : ", ";
  notes_ += what;
}

std::string World::take_notes() {
  if (!notes_.empty()) notes_ += ')';
  return std::exchange(notes_, {});
}

bool World::can_reply() const {
  return std::any_of(destinations_.begin(), destinations_.end(), [](const auto& sink) { return sink->has_replies(); });
}

void World::reply() {
  std::vector<Destination*> waiting;
  for (const auto& sink : destinations_) {
    if (sink->has_replies()) waiting.push_back(sink.get());
  }
  Destination& sink = *waiting[choices_.below(waiting.size())];
  ++activity_;
  sink.reply(choices_.below(sink.replies()));
  deliver();
}

void World::reply_to_all() {
  for (const auto& sink : destinations_) {
    while (sink->has_replies()) sink->reply(0);
  }
  deliver();
}

bool World::later() {
  if (settings_.in_flight == 1) return false;
  return !calm_ && choices_.pick({100 - settings_.reply_later_weight, settings_.reply_later_weight}) == 1;
}

World::Answer World::pick_answer() {
  if (calm_) return Answer::taken;
  const bool may_lose = oracle_.replies_lost() < settings_.replies_lost;
  return static_cast<Answer>(choices_.pick(
      {100 - settings_.reply_lost_weight, may_lose ? settings_.reply_lost_weight : 0, settings_.unavailable_weight}));
}

void World::fill_disk() {
  ++activity_;
  files_.set_full(!files_.is_full());
}

bool World::can_flip() const {
  const auto files = disk_.durable_files();
  return oracle_.flips() < settings_.flips &&
         std::any_of(files.begin(), files.end(), [](const auto& file) { return file.second > 0; });
}

void World::flip() {
  ++activity_;
  auto files = disk_.durable_files();
  std::erase_if(files, [](const auto& file) { return file.second == 0; });
  const auto& [name, size] = files[choices_.below(files.size())];
  const std::uint64_t byte = choices_.below(size);
  disk_.flip(name, byte, static_cast<unsigned>(choices_.below(8)));
  note(name + " at " + std::to_string(byte));
  oracle_.bit_flipped();
}

void World::called(std::string_view operation, std::string_view name) {
  if (settings_.trace) note(std::string(operation) + " " + std::string(name));
}

void World::before_change() {
  if (watched_ && crash_point_) crash_point_(*this);
}

bool World::sync_fails(bool of_folder) {
  if (calm_ || !watched_ || oracle_.sync_errors() >= settings_.sync_errors) return false;
  if (choices_.pick({100 - settings_.sync_error_weight, settings_.sync_error_weight}) == 0) return false;
  ++faults_;
  note(of_folder ? "folder sync:EIO" : "sync:EIO");
  oracle_.sync_failed(of_folder);
  return true;
}

Snapshot World::crash(Choices& choices, std::string& story) const {
  Snapshot after{settings_.durability == stream::Durability::power ? disk_.crash(choices, story) : disk_.killed(),
                 oracle_, store_random_.draws()};
  if (is_recovering() && oracle_.crashes() > 0) after.oracle.saw(Sometimes::crash_in_recovery);
  after.oracle.crashed(story.find("torn") != std::string::npos || story.find("zero") != std::string::npos);
  return after;
}

}  // namespace towline::simulation
