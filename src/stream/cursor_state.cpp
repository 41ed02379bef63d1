#include "stream/cursor_state.hpp"

namespace towline::stream {

std::string_view to_string(Loss loss) {
  switch (loss) {
    case Loss::drop_oldest:
      return "drop_oldest";
    case Loss::drop_newest:
      return "drop_newest";
    case Loss::block_at_most:
      return "block_at_most";
    case Loss::damaged:
      return "damaged";
    case Loss::missing:
      return "missing";
  }
  return "";
}

std::uint64_t sum(const Totals& totals) {
  std::uint64_t sum = totals.delivered + totals.diverted;
  for (const auto& [reason, records] : totals.dead_lettered) sum += records;
  for (const auto& [reason, records] : totals.dropped) sum += records;
  return sum;
}

}  // namespace towline::stream
