// Events become calls. Pure functions.
#pragma once

#include <deque>
#include <vector>

#include "sinks/cloudwatch/event.hpp"

namespace towline::cloudwatch {

// How many events behind one that doesn't fit into a call are looked at, for one that does.
inline constexpr std::size_t look_ahead_max = 1000;

// In the order of their times.
using Waiting = std::deque<Event>;

// Adds events to those that wait. Of equal times those that came first are first.
void add_sorted(Waiting& waiting, std::vector<Event> more);

// Takes the events of the next call out of those that wait, which must not be none: as many as the limits of a call
// allow. What has waited for longest comes first: the first event of that attempt is in the call, and its others have
// room there before those of other attempts. So what is old, and there is always more of it, keeps nothing waiting.
// Those that don't fit any more stay; smaller ones behind them may overtake them, but no part of a record those parts
// that come before it.
// `merge`: a call may have events of several attempts; else all of it is of that one.
std::vector<Event> cut(Waiting& waiting, bool merge);

}  // namespace towline::cloudwatch
