// What makes a stream durable, in turns: commits the chunks that are pending, saves the cursors, releases what their
// saved states don't need. A state machine between two threads; the threads live elsewhere (storage_thread.hpp).
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "stream/cursor_state.hpp"
#include "stream/disk/store.hpp"

namespace towline::stream {

class Storage {
 public:
  using States = std::map<std::string, CursorState, std::less<>>;

  // Group commit: a chunk waits this long for company, or until there is this much.
  static constexpr Duration commit_wait = std::chrono::milliseconds(5);
  static constexpr std::uint64_t commit_bytes = 1024 * 1024;
  // A cursor that has moved is saved after this time, or after as many turns in which it moved.
  static constexpr Duration save_wait = std::chrono::milliseconds(250);
  static constexpr std::uint64_t save_moves = 64;

  Storage(std::string stream, std::unique_ptr<Store> store);

  // Set before the threads run. on_work is called on the delivery thread when there is something to do; the others on
  // the storage thread: when durable_end() has moved (for who acknowledges, and for who lets go of memory), when there
  // is more room on the disk, and before cursors are saved: what they count must be on disk first, false if it isn't.
  void on_work(std::function<void()> callback) { on_work_ = std::move(callback); }
  void on_durable(std::function<void()> callback) { on_durable_ = std::move(callback); }
  void on_stored(std::function<void()> callback) { on_stored_ = std::move(callback); }
  void before_save(std::function<bool()> callback) { before_save_ = std::move(callback); }
  void on_released(std::function<void()> callback) { on_released_ = std::move(callback); }

  const std::string& stream() const { return stream_; }
  Store& store() { return *store_; }
  const Store& store() const { return *store_; }

  // --- any thread ---

  // Every record below is on disk; or no cursor needs it, and that is on disk.
  std::uint64_t durable_end() const { return durable_end_.load(); }
  // The last commit found no room on the disk: bytes that wait for it, 0 where there was room.
  std::uint64_t bytes_without_room() const;
  // False after a failure, until the next success: nothing new becomes durable.
  bool is_well() const { return well_.load(); }

  // --- the delivery thread ---

  // Chunks follow each other. They are shared: the delivery thread may read them meanwhile.
  void hand_over(ChunkPtr chunk);
  // The cursors as they are now.
  void show(States states);

  // --- the storage thread ---

  // Does what is due at `now`, and answers when to come again if on_work isn't called before.
  MonoTime turn(MonoTime now);
  // All of it at once, with one try: the end of the daemon. True: every chunk and every cursor is on disk.
  bool finish();

 private:
  MonoTime commit_at() const;
  MonoTime save_at() const;
  bool commit(MonoTime now);
  std::vector<ChunkPtr> take_pending();
  void forget_first_pending();
  void committed(const std::vector<ChunkPtr>& given, Store::Committed result);
  bool save(MonoTime now);
  void release();
  bool every_cursor_is_saved() const;
  bool fail(std::string_view error);
  bool succeed();
  void publish_durable_end();

  const std::string stream_;
  const std::unique_ptr<Store> store_;
  std::function<void()> on_work_;
  std::function<void()> on_durable_;
  std::function<void()> on_released_;
  std::function<void()> on_stored_;
  std::function<bool()> before_save_;
  std::atomic<std::uint64_t> durable_end_;
  std::atomic<bool> well_{true};
  std::atomic<bool> hungry_{false};  // there is no room on the disk: saving cursors may make some

  mutable std::mutex mutex_;      // guards the next block
  std::deque<ChunkPtr> pending_;  // not durable yet, ascending
  std::uint64_t pending_bytes_ = 0;
  bool pending_is_new_ = false;  // since the last turn
  std::uint64_t handed_over_end_;
  States shown_;
  std::uint64_t moves_ = 0;  // turns in which a cursor moved
  std::uint64_t moves_saved_ = 0;

  // The storage thread's.
  States saved_;                     // what is on disk: it alone says what may be released
  std::uint64_t moves_at_skip_ = 0;  // when chunks were last left out: saved cursors must be as young as this
  std::deque<Range> unstorable_;     // too large for the disk: durable when nobody needs them, as saved
  MonoTime pending_since_ = MonoTime::max();
  MonoTime moved_since_ = MonoTime::max();
  MonoTime commit_again_at_ = MonoTime::min();
  MonoTime save_again_at_ = MonoTime::min();
  unsigned failures_ = 0;  // of commits, in a row
};

}  // namespace towline::stream
