// Writes the checkpoints of a stream's cursors, on a thread of its own where there is one: syncs of cursors take as
// long as those of chunks, and an acknowledgement must not wait for both.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "stream/cursor_state.hpp"
#include "stream/disk/store.hpp"

namespace towline::stream {

class CursorSaver {
 public:
  using States = std::map<std::string, CursorState, std::less<>>;  // by sink

  // One save. It belongs to the storage thread, but to who writes it from ask() until take_written().
  struct Save {
    States states;            // what is not on disk yet; when it is written: what is now
    std::uint64_t moves = 0;  // how many calls of Storage::show() they follow
    std::string_view error;   // empty: all of it is on disk
  };

  // Before the threads run. `first` is called before checkpoints are written: what they count must be on disk; false if
  // it isn't.
  void before_save(std::function<bool()> first) { first_ = std::move(first); }

  // --- the storage thread ---

  bool is_idle() const { return stage_.load() == Stage::idle; }
  // When idle.
  void ask(Save save);
  // Once for each save that was asked for.
  std::optional<Save> take_written();
  // Here and now; when idle.
  void write(Save& save, Store& store);

  // --- the thread that writes, or the storage thread when that one has ended ---

  // What was asked for, if anything was. True: it is written, or has failed.
  bool write_asked(Store& store);

 private:
  enum class Stage : std::uint8_t { idle, asked, written };

  std::function<bool()> first_;
  std::atomic<Stage> stage_{Stage::idle};
  Save save_;
};

}  // namespace towline::stream
