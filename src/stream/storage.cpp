#include "stream/storage.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/diagnostics.hpp"
#include "stream/cursor.hpp"
#include "stream/disk/checkpoint_format.hpp"

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

bool needed(const Storage::States& states, Range range) {
  return std::any_of(states.begin(), states.end(), [range](const auto& known) { return needs(known.second, range); });
}

MonoTime later(MonoTime since, Duration wait) {
  return since == MonoTime::max() ? since : since + wait;
}

}  // namespace

Storage::Storage(std::string stream, std::unique_ptr<Store> store)
    : stream_(std::move(stream)),
      store_(std::move(store)),
      durable_end_(store_->next_seq()),
      handed_over_end_(store_->next_seq()),
      age_at_(store_->keeps() ? MonoTime::min() : MonoTime::max()) {}

void Storage::hand_over(ChunkPtr chunk) {
  {
    const std::lock_guard lock(mutex_);
    pending_bytes_ += bytes_of(*chunk);
    handed_over_end_ = chunk->end_seq();
    pending_.push_back(std::move(chunk));
    pending_is_new_ = true;
    if (pending_.size() > 1 && pending_bytes_ < commit_bytes) return;  // it comes by itself
  }
  if (on_work_) on_work_();
}

void Storage::show(States states) {
  bool is_due = false;
  {
    const std::lock_guard lock(mutex_);
    ++moves_;
    is_due = moves_ == moves_saved_ + 1 || moves_ == moves_saved_ + save_moves;
    shown_.swap(states);
  }
  if (is_due && on_work_) on_work_();
}

std::uint64_t Storage::shown() const {
  const std::lock_guard lock(mutex_);
  return moves_;
}

Storage::WithoutRoom Storage::without_room() const {
  const std::lock_guard lock(mutex_);
  if (!hungry_ || pending_.empty()) return {};
  return {pending_.front()->first_seq, pending_bytes_};
}

void Storage::prepare(MonoTime now) {
  if (store_->keeps()) save(now);
}

MonoTime Storage::turn(MonoTime now) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(pending_is_new_, false) && pending_since_ == MonoTime::max()) pending_since_ = now;
    if (moves_ != moves_saved_ && moved_since_ == MonoTime::max()) moved_since_ = now;
  }
  if (auto written = saver_.take_written()) saved(std::move(*written), now);
  // First what somebody may be waiting for.
  if (may_commit() && now >= std::max(commit_at(), commit_again_at_)) commit(now);
  if (saver_.is_idle() && now >= std::max(save_at(), save_again_at_)) begin_save(now);
  if (age_at_ != MonoTime::max() && now >= age_at_) {
    if (release() && on_room_) on_room_();
    age_at_ = later(now, aging_wait);
  }
  return next_turn();
}

// The end of a save is a turn, too.
MonoTime Storage::next_turn() const {
  MonoTime next = age_at_;
  if (may_commit()) next = std::min(next, std::max(commit_at(), commit_again_at_));
  if (saver_.is_idle()) next = std::min(next, std::max(save_at(), save_again_at_));
  return next;
}

bool Storage::finish() {
  saver_.write_asked(*store_);
  if (auto written = saver_.take_written()) saved(std::move(*written), MonoTime::max());
  bool stored = save(MonoTime::max());  // it may make the room that the rest needs
  skip_unneeded();
  pending_since_ = MonoTime::min();  // what was handed over since the last turn is no less pending
  while (stored && commit_at() != MonoTime::max()) {
    commit_again_at_ = MonoTime::max();
    stored = commit(MonoTime::max()) || commit_again_at_ == MonoTime::min();  // it has made room: once more
  }
  return save(MonoTime::max()) && stored && unstorable_.empty();
}

MonoTime Storage::commit_at() const {
  const std::lock_guard lock(mutex_);
  if (pending_.empty()) return MonoTime::max();
  return pending_bytes_ >= commit_bytes ? MonoTime::min() : later(pending_since_, commit_wait);
}

MonoTime Storage::save_at() const {
  const std::lock_guard lock(mutex_);
  if (moves_ == moves_saved_) return MonoTime::max();
  const bool at_once = hungry_ || moves_ - moves_saved_ >= save_moves || saved_.size() < shown_.size();
  return at_once ? MonoTime::min() : later(moved_since_, save_wait);
}

// A hole in front of what is written now would look like a loss, were it not known that nobody needs it. And a sink
// without a checkpoint would not miss anything that is lost at the beginning.
bool Storage::needs_a_save() const {
  return moves_at_skip_ > moves_saved_ || !every_cursor_is_saved();
}

bool Storage::may_commit() const {
  return saver_.is_idle() || !needs_a_save();
}

bool Storage::commit(MonoTime now) {
  if (!well_) skip_unneeded();
  if (!may_commit()) return false;  // another turn comes at the end of the save
  const std::vector<ChunkPtr> given = take_pending();
  pending_since_ = given.empty() ? MonoTime::max() : MonoTime::min();
  if (needs_a_save() && !save(now)) {
    commit_again_at_ = save_again_at_;
    return false;
  }
  Store::Committed result;
  if (!given.empty()) result = store_->commit(given);
  committed(given, result);
  publish_durable_end();
  if (result.error == ENOSPC) hungry_ = true;
  if (result.error == 0 || result.error == EFBIG) {
    followed_ = moves_saved_;
    be_fed();
    return succeed();
  }
  commit_again_at_ = later(now, retry_wait(++failures_));
  if (result.error == ENOSPC) {
    if (!release()) followed_ = moves_saved_;  // a file that was closed for this commit may be one that nobody needs
    if (on_room_) on_room_();
  } else {
    be_fed();
  }
  return fail(std::strerror(result.error));
}

// What waits for room counts as if it were on the disk already: without it there is more room than before.
void Storage::be_fed() {
  if (hungry_.exchange(false) && on_room_) on_room_();
}

// A disk that takes nothing must not fill the memory with records that nobody needs any more.
void Storage::skip_unneeded() {
  const std::lock_guard lock(mutex_);
  const auto skip = [this](const ChunkPtr& chunk) {
    if (needed(shown_, {chunk->first_seq, chunk->end_seq()})) return false;
    moves_at_skip_ = moves_;
    pending_bytes_ -= bytes_of(*chunk);
    return true;
  };
  std::erase_if(pending_, skip);
}

// What the next commit writes.
std::vector<ChunkPtr> Storage::take_pending() {
  std::vector<ChunkPtr> given;
  const std::lock_guard lock(mutex_);
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
    forget_first_pending();
  }
  if (result.error == EFBIG) {
    unstorable_.push_back({pending_.front()->first_seq, pending_.front()->end_seq()});
    forget_first_pending();
  }
  if (pending_.empty()) pending_since_ = MonoTime::max();
}

CursorSaver::Save Storage::what_to_save() {
  CursorSaver::Save save;
  {
    const std::lock_guard lock(mutex_);
    save.states = shown_;
    save.moves = moves_;
  }
  for (auto& [sink, state] : save.states) {
    if (state.settled.size() > disk::settled_max) state.settled.resize(disk::settled_max);  // no more is saved
  }
  std::erase_if(save.states, [this](const auto& cursor) {
    const auto known = saved_.find(cursor.first);
    return known != saved_.end() && known->second == cursor.second;
  });
  return save;
}

void Storage::begin_save(MonoTime now) {
  if (!on_cursors_) {
    save(now);
    return;
  }
  saver_.ask(what_to_save());
  on_cursors_();
}

void Storage::write_cursors() {
  if (saver_.write_asked(*store_) && on_work_) on_work_();
}

bool Storage::save(MonoTime now) {
  CursorSaver::Save save = what_to_save();
  saver_.write(save, *store_);
  return saved(std::move(save), now);
}

bool Storage::saved(CursorSaver::Save save, MonoTime now) {
  for (auto& [sink, state] : save.states) saved_.insert_or_assign(sink, std::move(state));
  if (!save.error.empty()) {
    save_again_at_ = later(now, retry_last);
    return fail(save.error);
  }
  const bool made_room = release();
  bool nothing_pending = false;
  {
    const std::lock_guard lock(mutex_);
    moves_saved_ = save.moves;
    moved_since_ = moves_ == save.moves ? MonoTime::max() : now;
    nothing_pending = pending_.empty();
  }
  std::erase_if(unstorable_, [this](Range range) { return !needed(saved_, range); });
  publish_durable_end();
  if (hungry_ && !nothing_pending) {
    commit_again_at_ = MonoTime::min();  // some of what waits may be needed no more
  } else {
    followed_ = save.moves;
  }
  if (nothing_pending) {
    be_fed();
    succeed();
  }
  if (made_room && on_room_) on_room_();
  return true;
}

bool Storage::every_cursor_is_saved() const {
  const std::lock_guard lock(mutex_);
  return !shown_.empty() && saved_.size() == shown_.size();
}

// True: there is more room than before. A cursor that isn't saved in this run may need anything.
bool Storage::release() {
  if (!every_cursor_is_saved()) return false;
  const std::uint64_t left = store_->quota_left();
  store_->release([this](Range range) { return needed(saved_, range); });
  if (store_->quota_left() <= left) return false;
  commit_again_at_ = MonoTime::min();
  hungry_ = false;
  return true;
}

// What was handed over and isn't pending is on disk, or was skipped, or can't be stored.
void Storage::publish_durable_end() {
  {
    const std::lock_guard lock(mutex_);
    if (moves_at_skip_ > moves_saved_) return;  // that it was skipped isn't on disk yet
    std::uint64_t end = pending_.empty() ? handed_over_end_ : pending_.front()->first_seq;
    if (!unstorable_.empty()) end = std::min(end, unstorable_.front().begin);
    if (durable_end_.exchange(end) == end) return;
  }
  if (on_durable_) on_durable_();
  if (on_stored_) on_stored_();
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

}  // namespace towline::stream
