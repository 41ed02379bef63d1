// One sink's place in a stream: what is settled, what was lost on the way and not yet told, and what became of it all.
// A pure state machine on the delivery thread; its state() is what a checkpoint keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "stream/cursor_state.hpp"

namespace towline::stream {

class Cursor {
 public:
  Cursor(std::string sink, CursorState state) : sink_(std::move(sink)), state_(std::move(state)) {}
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  const std::string& sink() const { return sink_; }
  const CursorState& state() const { return state_; }
  std::uint64_t mark() const { return state_.mark; }
  // Grows whenever the state changes.
  std::uint64_t version() const { return version_; }

  // The records of the range are settled, each for the first time, or: the gap that has exactly this range has been
  // told. The caller counts them in totals() where they were not counted before (a gap's were).
  void settle(Range range);
  Totals& totals() { return state_.totals; }

  // The sink never gets what of this range is neither settled nor lost already; that is counted as dropped and becomes
  // a gap, or extends the gap before it (unless that was taken). It must not touch a batch. False: there are too many
  // gaps to remember one more, so a policy can't drop this. What is damaged or missing is dropped even then, untold.
  bool lose(Range range, Loss loss, WallTime from, WallTime to);

  // The gap that begins at `seq`, to be told to the destination: it won't grow any more. Null: there is none.
  const Gap* take_gap(std::uint64_t seq);

  // Is a record of the range still to be settled by delivery?
  bool needs(Range range) const;
  // How many records below `end` are: neither settled nor lost.
  std::uint64_t held(std::uint64_t end) const;

  static constexpr std::size_t gaps_max = 32;

 private:
  void advance();
  bool add_gap(const Gap& gap);

  std::string sink_;
  CursorState state_;
  std::uint64_t version_ = 0;
  std::uint64_t taken_below_ = 0;  // gaps that begin below this number have been taken
};

// Does a cursor in this state need a record of the range?
bool needs(const CursorState& state, Range range);
// The first stretch at or behind `seq` that is neither settled nor lost; its end is UINT64_MAX where none is behind it.
Range next_needed(const CursorState& state, std::uint64_t seq);

}  // namespace towline::stream
