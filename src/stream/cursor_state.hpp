// How far a sink has come in a stream, as it survives a restart. A plain value: stream/cursor.hpp moves it,
// stream/disk/ keeps it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace towline::stream {

// Records [begin, end) of a stream, by their numbers.
struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t size() const { return end - begin; }
  bool operator==(const Range&) const = default;
};

// Why a sink never gets some records. The names are the reasons in the ledger.
enum class Loss : std::uint8_t { drop_oldest, drop_newest, block_at_most, damaged, missing };
std::string_view to_string(Loss loss);

// Records that a sink has lost: already counted as dropped, and not yet told to the destination.
struct Gap {
  Range range;
  Loss loss = Loss::missing;
  WallTime from{};  // about when the first and the last of them were received; zero if unknown
  WallTime to{};
  bool operator==(const Gap&) const = default;
};

// What became of the settled records, over all runs. Always: mark - first + sum of `settled` + sum of `gaps` above the
// mark = delivered + diverted + dead_lettered + dropped.
struct Totals {
  std::uint64_t delivered = 0;
  std::map<std::string, std::uint64_t, std::less<>> dead_lettered;  // by reason
  std::map<std::string, std::uint64_t, std::less<>> dropped;        // by reason
  std::uint64_t diverted = 0;                                       // taken by another sink's destination instead
  bool operator==(const Totals&) const = default;
};
std::uint64_t sum(const Totals& totals);

struct CursorState {
  std::uint64_t mark = 0;      // below it everything is settled
  std::vector<Range> settled;  // above it: ascending, disjoint
  std::vector<Gap> gaps;       // ascending, disjoint, not touching `settled`
  Totals totals;
  bool operator==(const CursorState&) const = default;
};

}  // namespace towline::stream
