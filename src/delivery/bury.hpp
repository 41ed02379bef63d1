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

// Counts them in `totals`: those that the destination has all the same as delivered, and those that it leaves out for a
// reason of their own with that (Outcome::set_aside).
void bury(const std::vector<component::Slice>& slices, std::string_view sink, std::string_view reason,
          const component::Outcome& outcome, DeadLetters& dead_letters, stream::Totals& totals);

// The same for those of the slices' records that the outcome says were set aside, each with its own reason. Returns how
// many they are; a number that is not in the slices is none.
std::uint64_t bury_set_aside(const std::vector<component::Slice>& slices, std::string_view sink,
                             const component::Outcome& outcome, DeadLetters& dead_letters, stream::Totals& totals);

}  // namespace towline::delivery
