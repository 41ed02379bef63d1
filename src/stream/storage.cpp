#include "stream/storage.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/diagnostics.hpp"
#include "stream/cursor.hpp"

namespace towline::stream {

namespace {

constexpr Duration retry_first = std::chrono::milliseconds(50);
constexpr Duration retry_last = std::chrono::seconds(2);

Duration retry_wait(unsigned failures) {
  return std::min<Duration>(retry_last, retry_first * (1U << std::min(failures - 1, 6U)));
}

// What a chunk adds to the disk, about.
std::uint64_t bytes_of(const record::Chunk& chunk) {
  return chunk.is_packed() ? chunk.packed.deflate.size() : chunk.plain.size();
}

MonoTime later(MonoTime since, Duration wait) {
  return since == MonoTime::max() ? since : since + wait;
}

}  // namespace

Storage::Storage(std::string stream, std::unique_ptr<Store> store)
    : stream_(std::move(stream)),
      store_(std::move(store)),
      durable_end_(store_->next_seq()),
      committed_end_(store_->next_seq()) {}

void Storage::hand_over(ChunkPtr chunk) {
  {
    const std::lock_guard lock(mutex_);
    pending_bytes_ += bytes_of(*chunk);
    pending_.push_back(std::move(chunk));
    pending_is_new_ = true;
    if (pending_.size() > 1 && pending_bytes_ < commit_bytes) return;  // it comes by itself
  }
  if (on_work_) on_work_();
}

void Storage::show(States states, std::uint64_t settled_by_all) {
  bool first_move = false;
  {
    const std::lock_guard lock(mutex_);
    first_move = moves_++ == moves_saved_;
    shown_.swap(states);
    settled_by_all_ = settled_by_all;
  }
  if (first_move && on_work_) on_work_();
}

MonoTime Storage::turn(MonoTime now) {
  bool well = true;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(pending_is_new_, false) && pending_since_ == MonoTime::max()) pending_since_ = now;
    if (moves_ != moves_saved_ && moved_since_ == MonoTime::max()) moved_since_ = now;
  }
  if (now >= std::max(save_at(), retry_at_)) well = save(now);
  if (now >= std::max(commit_at(), retry_at_)) well = commit(now) && well;
  if (!well) failed(now);
  return std::max(retry_at_, std::min(commit_at(), save_at()));
}

bool Storage::finish() {
  bool stored = true;
  pending_since_ = MonoTime::min();  // what was handed over since the last turn is no less pending
  while (stored && commit_at() != MonoTime::max()) stored = commit(MonoTime::max()) && well_;
  return save(MonoTime::max()) && stored;
}

MonoTime Storage::commit_at() const {
  const std::lock_guard lock(mutex_);
  if (pending_.empty()) return MonoTime::max();
  return pending_bytes_ >= commit_bytes ? MonoTime::min() : later(pending_since_, commit_wait);
}

MonoTime Storage::save_at() const {
  const std::lock_guard lock(mutex_);
  if (moves_ == moves_saved_) return MonoTime::max();
  return hungry_ || moves_ - moves_saved_ >= save_moves ? MonoTime::min() : later(moved_since_, save_wait);
}

bool Storage::commit(MonoTime now) {
  const std::vector<ChunkPtr> given = take_pending();
  pending_since_ = given.empty() ? MonoTime::max() : MonoTime::min();
  // A hole in front of what is written now would look like a loss, were it not known to be settled. And a sink without
  // a checkpoint would not miss anything that is lost at the beginning.
  const bool save_first = skipped_end_ > saved_mark_ || saved_.empty();
  if (save_first && !save(now)) return false;
  if (given.empty()) return succeed();
  const Store::Committed result = store_->commit(given);
  committed(given, result);
  publish_durable_end();
  hungry_ = result.error == ENOSPC;
  if (result.error != 0 && result.error != EFBIG) return fail(std::strerror(result.error));
  return succeed();
}

// What the next commit writes. A disk that takes nothing must not fill the memory with records that are settled, so
// these are skipped.
std::vector<ChunkPtr> Storage::take_pending() {
  std::vector<ChunkPtr> given;
  const std::lock_guard lock(mutex_);
  while (!well_ && !pending_.empty() && pending_.front()->end_seq() <= settled_by_all_) {
    skipped_end_ = pending_.front()->end_seq();
    forget_first_pending();
  }
  std::uint64_t bytes = 0;
  for (const ChunkPtr& chunk : pending_) {
    if (bytes >= commit_bytes) break;
    bytes += bytes_of(*chunk);
    given.push_back(chunk);
  }
  return given;
}

void Storage::forget_first_pending() {
  pending_bytes_ -= bytes_of(*pending_.front());
  pending_.pop_front();
}

void Storage::committed(const std::vector<ChunkPtr>& given, Store::Committed result) {
  const std::lock_guard lock(mutex_);
  for (const ChunkPtr& chunk : given) {
    if (chunk->end_seq() > result.end) break;
    committed_end_ = chunk->end_seq();
    forget_first_pending();
  }
  if (result.error == EFBIG) {
    committed_end_ = pending_.front()->end_seq();
    unstorable_.push_back({pending_.front()->first_seq, committed_end_});
    forget_first_pending();
  }
  if (pending_.empty()) pending_since_ = MonoTime::max();
}

bool Storage::save(MonoTime now) {
  States states;
  std::uint64_t moves = 0;
  std::uint64_t settled_by_all = 0;
  {
    const std::lock_guard lock(mutex_);
    states = shown_;
    moves = moves_;
    settled_by_all = settled_by_all_;
  }
  for (auto& [sink, state] : states) {
    const auto known = saved_.find(sink);
    if (known != saved_.end() && known->second == state) continue;
    if (!store_->save(sink, state)) return fail("the checkpoint of a cursor can't be written");
    saved_.insert_or_assign(sink, std::move(state));
  }
  store_->release([this](Range range) {
    return std::any_of(saved_.begin(), saved_.end(), [&](const auto& known) { return needs(known.second, range); });
  });
  bool nothing_pending = false;
  {
    const std::lock_guard lock(mutex_);
    moves_saved_ = moves;
    moved_since_ = moves_ == moves ? MonoTime::max() : now;
    nothing_pending = pending_.empty();
  }
  saved_mark_ = settled_by_all;
  while (!unstorable_.empty() && unstorable_.front().end <= saved_mark_) unstorable_.pop_front();
  publish_durable_end();
  if (nothing_pending) succeed();
  return true;
}

void Storage::publish_durable_end() {
  std::uint64_t end = committed_end_;
  if (!unstorable_.empty()) end = std::min(end, unstorable_.front().begin);
  end = std::max(end, saved_mark_);
  if (durable_end_.exchange(end) != end && on_durable_) on_durable_();
}

bool Storage::fail(std::string_view error) {
  if (well_.exchange(false)) {
    diagnostics::error("stream.not_durable",
                       "The disk doesn't take records: they stay in memory, and nothing is acknowledged until it does",
                       {{"stream", stream_}, {"error", error}});
  }
  return false;
}

bool Storage::succeed() {
  if (!well_.exchange(true)) {
    diagnostics::info("stream.durable", "The disk takes records again", {{"stream", stream_}});
  }
  failures_ = 0;
  return true;
}

void Storage::failed(MonoTime now) {
  ++failures_;
  retry_at_ = now + retry_wait(failures_);
}

}  // namespace towline::stream
