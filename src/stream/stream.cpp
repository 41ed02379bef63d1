#include "stream/stream.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace towline::stream {

using record::Chunk;

namespace {

// Plain bytes that one call of take_in() packs: some milliseconds at the fast level, some tens at the slowest.
constexpr std::uint64_t take_in_bytes = 1024 * 1024;

}  // namespace

Stream::Stream(Options options, MemoryBudget& budget, codec::Compressor& compressor, telemetry::Instrument& bytes,
               std::unique_ptr<Storage> storage)
    : options_(std::move(options)),
      budget_(budget),
      compressor_(compressor),
      bytes_(bytes),
      storage_(std::move(storage)),
      end_(storage_ ? storage_->store().next_seq() : 0),
      taken_in_(end_) {
  if (!storage_) return;
  options_.uuid = storage_->store().uuid();
  options_.epoch = storage_->store().epoch();
}

std::uint64_t Stream::append(Chunk chunk) {
  CHECK(chunk.records > 0 && options_.grows);
  chunk.charge = Charge(budget_, chunk.bytes_held());
  chunk.epoch = options_.epoch;
  bytes_.add(chunk.charge.bytes());
  std::uint64_t end = 0;
  {
    const std::lock_guard lock(mutex_);
    chunk.first_seq = end_;
    end = end_ += chunk.records;
    incoming_.push_back(std::make_shared<Chunk>(std::move(chunk)));
  }
  if (on_append_) on_append_();
  return end;
}

std::uint64_t Stream::end() const {
  const std::lock_guard lock(mutex_);
  return end_;
}

Cursor& Stream::open_cursor(const std::string& sink) {
  std::unique_ptr<Cursor>& cursor = cursors_[sink];
  CHECK(cursor == nullptr);
  if (!storage_) {
    CursorState state;
    state.mark = held_.empty() ? taken_in_ : held_.front().chunk->first_seq;
    cursor = std::make_unique<Cursor>(sink, std::move(state));
    return *cursor;
  }
  const std::vector<Range> present = storage_->store().present();
  CursorState fresh;
  const std::vector<Store::SegmentInfo> segments = storage_->store().segments();
  // Its first chunk may be damaged.
  fresh.mark = segments.empty() ? taken_in_ : std::max(segments.front().range.begin, storage_->store().first_needed());
  cursor = std::make_unique<Cursor>(sink, storage_->store().cursor(sink).value_or(std::move(fresh)));
  readers_[cursor.get()] = storage_->store().reader();

  std::uint64_t expected = cursor->mark();
  for (const Range& range : present) {
    if (range.begin > expected) cursor->lose({expected, range.begin}, Loss::missing, {}, {});
    expected = std::max(expected, range.end);
  }
  if (expected < taken_in_) cursor->lose({expected, taken_in_}, Loss::missing, {}, {});
  show_cursors();
  return *cursor;
}

// Packing makes room, and room lets sources read on: without a bound there would be no end to it.
bool Stream::take_in() {
  for (std::uint64_t taken_bytes = 0; taken_bytes < take_in_bytes;) {
    std::shared_ptr<Chunk> chunk;
    {
      const std::lock_guard lock(mutex_);
      if (incoming_.empty()) return false;
      chunk = std::move(incoming_.front());
      incoming_.pop_front();
    }
    taken_bytes += chunk->plain_bytes;
    if (options_.packing && chunk->plain_bytes >= options_.pack_from) {
      const std::uint64_t before = chunk->charge.bytes();
      codec::pack(*chunk, compressor_, *options_.packing);
      bytes_.sub(before - chunk->charge.bytes());
    }
    taken_in_ = chunk->end_seq();
    held_.push_back({chunk, taken_in_bytes_});
    taken_in_bytes_ += chunk->charge.bytes();
    if (storage_) storage_->hand_over(std::move(chunk));
  }
  const std::lock_guard lock(mutex_);
  return !incoming_.empty();
}

// The first chunk in memory that ends behind `seq`.
std::size_t Stream::index_of(std::uint64_t seq) const {
  const auto found = std::partition_point(held_.begin(), held_.end(),
                                          [seq](const Held& held) { return held.chunk->end_seq() <= seq; });
  return static_cast<std::size_t>(found - held_.begin());
}

ChunkPtr Stream::at(Cursor& cursor, std::uint64_t seq) {
  const bool in_memory = !held_.empty() && seq >= held_.front().chunk->first_seq;
  if (storage_ && !in_memory && seq < taken_in_) {
    const Store::Reader::Found found = read(cursor, seq);
    if (found.chunk != nullptr || found.try_again) return found.chunk;
    if (!cursor.needs({seq, seq + 1})) return nullptr;  // just lost
  }
  const std::size_t index = index_of(seq);
  return index < held_.size() ? held_[index].chunk : nullptr;
}

Store::Reader::Found Stream::read(Cursor& cursor, std::uint64_t seq) {
  Store::Reader::Found found = readers_.at(&cursor)->read(seq);
  if (found.damaged.size() > 0) cursor.lose(found.damaged, Loss::damaged, {}, {});
  if (found.chunk != nullptr) found.chunk->charge = Charge(budget_, found.chunk->bytes_held());
  return found;
}

bool Stream::needed(Range range) const {
  return std::any_of(cursors_.begin(), cursors_.end(), [&](const auto& known) { return known.second->needs(range); });
}

// What is on disk stays in memory only while there is plenty of it.
bool Stream::can_go(const Chunk& chunk, std::uint64_t durable_end) const {
  if (storage_ && budget_.pressed() && chunk.end_seq() <= durable_end) return true;
  return !needed({chunk.first_seq, chunk.end_seq()});
}

void Stream::let_go() {
  const std::uint64_t durable_end = storage_ ? storage_->durable_end() : 0;
  while (!held_.empty() && can_go(*held_.front().chunk, durable_end)) {
    forget(held_.front());
    held_.pop_front();
  }
  std::uint64_t versions = 0;
  for (const auto& [sink, cursor] : cursors_) versions += cursor->version();
  if (std::exchange(versions_seen_, versions) == versions) return;
  let_go_of_holes();
  if (storage_) show_cursors();
}

// Behind a chunk that a cursor still needs there may be others that it has lost or settled out of order.
void Stream::let_go_of_holes() {
  std::uint64_t first_hole = UINT64_MAX;
  for (const auto& [sink, cursor] : cursors_) {
    const CursorState& state = cursor->state();
    if (!state.gaps.empty()) first_hole = std::min(first_hole, state.gaps.front().range.begin);
    if (!state.settled.empty()) first_hole = std::min(first_hole, state.settled.front().begin);
  }
  const auto first = held_.begin() + static_cast<std::ptrdiff_t>(index_of(first_hole));
  const auto gone = std::stable_partition(first, held_.end(), [this](const Held& held) {
    return needed({held.chunk->first_seq, held.chunk->end_seq()});
  });
  std::for_each(gone, held_.end(), [this](const Held& held) { forget(held); });
  held_.erase(gone, held_.end());
}

void Stream::forget(const Held& held) {
  bytes_.sub(held.chunk->charge.bytes());
}

void Stream::show_cursors() {
  Storage::States states;
  for (const auto& [sink, cursor] : cursors_) states.emplace(sink, cursor->state());
  storage_->show(std::move(states));
}

// Without what is kept: that gives its room to everybody.
std::uint64_t Stream::disk_used() const {
  const std::uint64_t used = storage_->store().disk_bytes();
  return used - std::min(used, storage_->store().kept_bytes());
}

std::uint64_t Stream::disk_bytes() const {
  if (!storage_) return 0;
  const std::uint64_t used = disk_used();  // first: what is written meanwhile must not count twice
  const std::uint64_t waiting = storage_->without_room().bytes;
  return waiting == 0 ? used : std::max(used + waiting, Marks(disk_max()).soft);
}

std::uint64_t Stream::without_room_from() const {
  return storage_ ? storage_->without_room().from : UINT64_MAX;
}

std::uint64_t Stream::times_shown() const {
  return storage_ ? storage_->shown() : 0;
}

std::uint64_t Stream::times_followed() const {
  return storage_ ? storage_->followed() : 0;
}

std::uint64_t Stream::disk_max() const {
  return storage_ ? disk_used() + storage_->store().quota_left() : 0;
}

// Of the chunks in memory between the two numbers, and of those between them that have gone.
std::uint64_t Stream::bytes_between(std::uint64_t begin, std::uint64_t end) const {
  const std::size_t first = index_of(begin);
  const auto behind =
      std::partition_point(held_.begin(), held_.end(), [end](const Held& held) { return held.chunk->first_seq < end; });
  if (behind - held_.begin() <= static_cast<std::ptrdiff_t>(first)) return 0;
  const Held& last = *std::prev(behind);
  return last.bytes_before + last.chunk->charge.bytes() - held_[first].bytes_before;
}

// The stretches that the cursor needs, from its mark to the end.
std::uint64_t Stream::bytes_held(const Cursor& cursor) const {
  const CursorState& state = cursor.state();
  if (storage_) {
    std::uint64_t bytes = 0;
    for (const Store::SegmentInfo& segment : storage_->store().segments()) {
      if (cursor.needs(segment.range)) bytes += segment.bytes;
    }
    return bytes;
  }
  std::uint64_t bytes = 0;
  std::uint64_t begin = state.mark;
  for (const Gap& gap : state.gaps) {
    bytes += bytes_between(begin, gap.range.begin);
    begin = gap.range.end;
  }
  return bytes + bytes_between(begin, taken_in_);
}

std::uint64_t Stream::seq_after(std::uint64_t seq, std::uint64_t bytes) const {
  std::uint64_t passed = 0;
  if (storage_) {
    for (const Store::SegmentInfo& segment : storage_->store().segments()) {
      if (segment.range.end <= seq) continue;
      passed += segment.bytes;
      if (passed >= bytes) return segment.range.end;
      seq = segment.range.end;  // what is not on disk yet comes behind
    }
  }
  for (std::size_t index = index_of(seq); index < held_.size(); ++index) {
    passed += held_[index].chunk->charge.bytes();
    if (passed >= bytes) return held_[index].chunk->end_seq();
  }
  return taken_in_;
}

std::uint64_t Stream::newest(std::uint64_t bytes) const {
  std::uint64_t begin = taken_in_;
  std::uint64_t passed = 0;
  for (auto held = held_.rbegin(); held != held_.rend() && passed < bytes; ++held) {
    passed += held->chunk->charge.bytes();
    begin = held->chunk->first_seq;
  }
  if (!storage_ || passed >= bytes) return begin;
  const std::vector<Store::SegmentInfo> segments = storage_->store().segments();
  for (auto segment = segments.rbegin(); segment != segments.rend() && passed < bytes; ++segment) {
    if (segment->range.begin >= begin) continue;  // in memory, too
    passed += segment->bytes;
    begin = segment->range.begin;
  }
  return begin;
}

}  // namespace towline::stream
