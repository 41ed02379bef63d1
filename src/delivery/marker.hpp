// What the destination is told in the place of records that it never gets: one record of towline's own.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "component/batch.hpp"
#include "stream/cursor_state.hpp"

namespace towline::delivery {

// A batch of its own, without a key. `time_field` empty: the record has no time.
component::Batch make_marker(const stream::Gap& gap, const std::string& time_field, WallTime now);

}  // namespace towline::delivery
