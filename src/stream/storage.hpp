// What makes a stream durable, in turns: commits the chunks that are pending, saves the cursors, releases what their
// saved states don't need. A state machine between threads; these live elsewhere (storage_thread.hpp).
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "stream/cursor_saver.hpp"
#include "stream/cursor_state.hpp"
#include "stream/disk/store.hpp"

namespace towline::stream {

class Storage {
 public:
  using States = CursorSaver::States;

  // Group commit: a chunk waits this long for company, or until there is this much.
  static constexpr Duration commit_wait = std::chrono::milliseconds(5);
  static constexpr std::uint64_t commit_bytes = 1024 * 1024;
  // A cursor that has moved is saved after this time, or after as many turns in which it moved; the first time at once,
  // because the first commit waits for it.
  static constexpr Duration save_wait = std::chrono::milliseconds(250);
  static constexpr std::uint64_t save_moves = 64;
  // Where records are kept that nobody needs: how often it is looked which of them have become too old.
  static constexpr Duration aging_wait = std::chrono::seconds(30);

  Storage(std::string stream, std::unique_ptr<Store> store);

  // Set before the threads run. on_work is called on the delivery thread when there is something to do; the others on
  // the storage thread: when durable_end() has moved (for who acknowledges, and for who lets go of memory), when there
  // is more room on the disk or too little, and when there are cursors for write_cursors(): without that callback
  // turn() writes them itself. before_save is called before cursors are written: what they count must be on disk first,
  // false if it isn't.
  void on_work(std::function<void()> callback) { on_work_ = std::move(callback); }
  void on_durable(std::function<void()> callback) { on_durable_ = std::move(callback); }
  void on_stored(std::function<void()> callback) { on_stored_ = std::move(callback); }
  void on_cursors(std::function<void()> callback) { on_cursors_ = std::move(callback); }
  void before_save(std::function<bool()> callback) { saver_.before_save(std::move(callback)); }
  void on_room(std::function<void()> callback) { on_room_ = std::move(callback); }

  const std::string& stream() const { return stream_; }
  Store& store() { return *store_; }
  const Store& store() const { return *store_; }

  // --- any thread ---

  // Every record below is on disk; or no cursor needs it, and that is on disk.
  std::uint64_t durable_end() const { return durable_end_.load(); }
  // What the disk has no room for: it was tried, and nothing has been released since.
  struct WithoutRoom {
    std::uint64_t from = UINT64_MAX;  // every record from this number on
    std::uint64_t bytes = 0;
  };
  WithoutRoom without_room() const;
  // What the cursors let go of until this call of show() has made all the room that it makes: they are saved, what they
  // don't need is released, and what waited for room has been tried again.
  std::uint64_t followed() const { return followed_.load(); }
  // False after a failure, until the next success: nothing new becomes durable.
  bool is_well() const { return well_.load(); }

  // --- the delivery thread ---

  // Chunks follow each other. They are shared: the delivery thread may read them meanwhile.
  void hand_over(ChunkPtr chunk);
  // The cursors as they are now.
  void show(States states);
  // How many calls of show() there were.
  std::uint64_t shown() const;

  // --- before the threads run ---

  // What is only kept is known to be that when the cursors are saved: until then a disk would seem to be full of it.
  void prepare(MonoTime now);

  // --- the storage thread ---

  // Does what is due at `now`, and answers when to come again if on_work isn't called before.
  MonoTime turn(MonoTime now);
  // All of it at once, with one try: the end of the daemon. True: every chunk and every cursor is on disk. After false
  // it may be called again, when the cursors have let go of more.
  bool finish();

  // --- the thread that writes cursors, if there is one; it has ended when finish() is called ---

  // Writes the cursors that turn() wants to be saved, if there are any; a turn is due then.
  void write_cursors();

 private:
  MonoTime commit_at() const;
  MonoTime save_at() const;
  MonoTime next_turn() const;
  bool may_commit() const;
  bool commit(MonoTime now);
  bool needs_a_save() const;
  void skip_unneeded();
  std::vector<ChunkPtr> take_pending();
  void forget_first_pending();
  void committed(const std::vector<ChunkPtr>& given, Store::Committed result);
  void begin_save(MonoTime now);
  CursorSaver::Save what_to_save();
  bool save(MonoTime now);
  bool saved(CursorSaver::Save save, MonoTime now);
  bool release();
  void be_fed();
  bool every_cursor_is_saved() const;
  bool fail(std::string_view error);
  bool succeed();
  void publish_durable_end();

  const std::string stream_;
  const std::unique_ptr<Store> store_;
  std::function<void()> on_work_;
  std::function<void()> on_durable_;
  std::function<void()> on_room_;
  std::function<void()> on_stored_;
  std::function<void()> on_cursors_;
  CursorSaver saver_;
  std::atomic<std::uint64_t> durable_end_;
  std::atomic<bool> well_{true};
  std::atomic<bool> hungry_{false};  // the last commit found no room on the disk: saving cursors may make some
  std::atomic<std::uint64_t> followed_{0};

  mutable std::mutex mutex_;      // guards the next block
  std::deque<ChunkPtr> pending_;  // not durable yet, ascending
  std::uint64_t pending_bytes_ = 0;
  bool pending_is_new_ = false;  // since the last turn
  std::uint64_t handed_over_end_;
  States shown_;
  std::uint64_t moves_ = 0;  // turns in which a cursor moved: calls of show()
  std::uint64_t moves_saved_ = 0;

  // The storage thread's.
  States saved_;                     // what is on disk: it alone says what may be released
  std::uint64_t moves_at_skip_ = 0;  // when chunks were last left out: saved cursors must be as young as this
  std::deque<Range> unstorable_;     // too large for the disk: durable when nobody needs them, as saved
  MonoTime pending_since_ = MonoTime::max();
  MonoTime moved_since_ = MonoTime::max();
  MonoTime commit_again_at_ = MonoTime::min();
  MonoTime save_again_at_ = MonoTime::min();
  MonoTime age_at_;        // when to look for what has become too old to be kept
  unsigned failures_ = 0;  // of commits, in a row
};

}  // namespace towline::stream
