#include "stream/cursor.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace towline::stream {

namespace {

// The end of the stretch (settled or lost) that `seq` lies in; `seq` where it lies in none.
std::uint64_t covered_until(const CursorState& state, std::uint64_t seq) {
  if (seq < state.mark) return state.mark;
  const auto settled = std::partition_point(state.settled.begin(), state.settled.end(),
                                            [seq](const Range& range) { return range.end <= seq; });
  if (settled != state.settled.end() && settled->begin <= seq) return settled->end;
  const auto gap = std::partition_point(state.gaps.begin(), state.gaps.end(),
                                        [seq](const Gap& known) { return known.range.end <= seq; });
  if (gap != state.gaps.end() && gap->range.begin <= seq) return gap->range.end;
  return seq;
}

// Where the next stretch behind `seq` begins; `end` where there is none before it. `seq` lies in no stretch.
std::uint64_t free_until(const CursorState& state, std::uint64_t seq, std::uint64_t end) {
  const auto settled = std::partition_point(state.settled.begin(), state.settled.end(),
                                            [seq](const Range& range) { return range.begin <= seq; });
  if (settled != state.settled.end()) end = std::min(end, settled->begin);
  const auto gap = std::partition_point(state.gaps.begin(), state.gaps.end(),
                                        [seq](const Gap& known) { return known.range.begin <= seq; });
  return gap == state.gaps.end() ? end : std::min(end, gap->range.begin);
}

// Either may be unknown (zero), or the wall clock was set back between them.
WallTime earlier(WallTime one, WallTime other) {
  if (one == WallTime{} || other == WallTime{}) return std::max(one, other);
  return std::min(one, other);
}

}  // namespace

bool needs(const CursorState& state, Range range) {
  std::uint64_t seq = range.begin;
  while (seq < range.end) {
    const std::uint64_t next = covered_until(state, seq);
    if (next == seq) return true;
    seq = next;
  }
  return false;
}

Range next_needed(const CursorState& state, std::uint64_t seq) {
  for (std::uint64_t next = covered_until(state, seq); next != seq; next = covered_until(state, seq)) seq = next;
  return {seq, free_until(state, seq, UINT64_MAX)};
}

bool Cursor::needs(Range range) const {
  return stream::needs(state_, range);
}

void Cursor::settle(Range range) {
  CHECK(range.begin >= state_.mark && range.begin < range.end);
  ++version_;
  const auto told =
      std::find_if(state_.gaps.begin(), state_.gaps.end(), [&](const Gap& gap) { return gap.range == range; });
  if (told != state_.gaps.end()) state_.gaps.erase(told);
  const auto next = std::partition_point(state_.settled.begin(), state_.settled.end(),
                                         [&](const Range& known) { return known.begin < range.begin; });
  CHECK(next == state_.settled.end() || range.end <= next->begin);
  CHECK(next == state_.settled.begin() || std::prev(next)->end <= range.begin);
  state_.settled.insert(next, range);
  advance();
}

// Neighbouring stretches become one, and those that touch the mark become part of it.
void Cursor::advance() {
  std::vector<Range> merged;
  for (const Range& range : state_.settled) {
    if (range.begin == state_.mark) {
      state_.mark = range.end;
    } else if (!merged.empty() && merged.back().end == range.begin) {
      merged.back().end = range.end;
    } else {
      merged.push_back(range);
    }
  }
  state_.settled.swap(merged);
}

bool Cursor::lose(Range range, Loss loss, WallTime from, WallTime to) {
  std::uint64_t seq = std::max(range.begin, state_.mark);
  while (seq < range.end) {
    const std::uint64_t next = covered_until(state_, seq);
    if (next != seq) {
      seq = next;
      continue;
    }
    const Range piece{seq, free_until(state_, seq, range.end)};
    if (!add_gap({piece, loss, earlier(from, to), std::max(from, to)})) return false;
    seq = piece.end;
  }
  return true;
}

bool Cursor::add_gap(const Gap& gap) {
  const auto next = std::partition_point(state_.gaps.begin(), state_.gaps.end(),
                                         [&](const Gap& known) { return known.range.begin < gap.range.begin; });
  const bool extends = next != state_.gaps.begin() && std::prev(next)->range.end == gap.range.begin &&
                       std::prev(next)->loss == gap.loss && std::prev(next)->range.begin >= taken_below_;
  const bool full = !extends && state_.gaps.size() >= gaps_max;
  const bool by_policy = gap.loss != Loss::damaged && gap.loss != Loss::missing;
  if (full && by_policy) return false;

  ++version_;
  auto& dropped = state_.totals.dropped;
  dropped[std::string(to_string(gap.loss))] += gap.range.size();
  if (extends) {
    Gap& known = *std::prev(next);
    known.range.end = gap.range.end;
    known.from = earlier(known.from, gap.from);
    known.to = std::max(known.to, gap.to);
  } else if (!full) {
    state_.gaps.insert(next, gap);
  } else {
    settle(gap.range);  // it can't be kept, and there is no room left to tell of it
  }
  return true;
}

const Gap* Cursor::take_gap(std::uint64_t seq) {
  const auto found =
      std::find_if(state_.gaps.begin(), state_.gaps.end(), [seq](const Gap& gap) { return gap.range.begin == seq; });
  if (found == state_.gaps.end()) return nullptr;
  taken_below_ = std::max(taken_below_, found->range.begin + 1);
  return &*found;
}

std::uint64_t Cursor::held(std::uint64_t end) const {
  if (end <= state_.mark) return 0;
  const auto below_end = [end](Range range) { return std::min(range.end, end) - std::min(range.begin, end); };
  std::uint64_t held = end - state_.mark;
  for (const Range& range : state_.settled) held -= below_end(range);
  for (const Gap& gap : state_.gaps) held -= below_end(gap.range);
  return held;
}

}  // namespace towline::stream
