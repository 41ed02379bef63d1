// Events become calls. Pure functions.
#pragma once

#include <vector>

#include "sinks/cloudwatch/event.hpp"

namespace towline::cloudwatch {

// How many events behind one that doesn't fit into a call are looked at, for one that does.
inline constexpr std::size_t look_ahead_max = 1000;

// Adds events to those that wait, which are in the order of their times. Of equal times those that came first are
// first.
void add_sorted(std::vector<Event>& waiting, std::vector<Event> more);

// Takes the events of the next call out of those that wait, which must not be none: from the first one on as many as
// the limits of a call allow. Those that don't fit any more stay; smaller ones behind them may overtake them, but no
// part of a record those parts that come before it.
// `merge`: a call may have events of several attempts; else all of it is of the first event's.
std::vector<Event> cut(std::vector<Event>& waiting, bool merge);

}  // namespace towline::cloudwatch
