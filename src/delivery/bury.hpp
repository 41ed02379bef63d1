// Sets records aside that a destination will never take, or counts them as dropped where they can't be kept.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "component/batch.hpp"
#include "component/sink.hpp"
#include "delivery/dead_letters.hpp"
#include "stream/cursor_state.hpp"

namespace towline::delivery {

using VisitRecord = std::function<void(std::string_view record)>;

// Each record of the slices, without its newline.
void each_record(const std::vector<component::Slice>& slices, const VisitRecord& visit);

// Of the slices' records those that the outcome sets aside, each with its own reason, and with `reason` all that it
// says nothing of; if that is empty, these stay. Counts them in `totals` and returns how many they are: the rest is
// with the destination.
std::uint64_t bury(const std::vector<component::Slice>& slices, std::string_view sink, std::string_view reason,
                   const component::Outcome& outcome, DeadLetters& dead_letters, stream::Totals& totals);

}  // namespace towline::delivery
