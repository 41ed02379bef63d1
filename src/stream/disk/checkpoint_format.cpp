#include "stream/disk/checkpoint_format.hpp"

#include <algorithm>

#include "stream/disk/little_endian.hpp"
#include "stream/disk/two_slots.hpp"

namespace towline::stream::disk {

namespace {

using Reasons = std::map<std::string, std::uint64_t, std::less<>>;

constexpr std::string_view other_reasons = "other";
constexpr std::size_t range_bytes = 16;
constexpr std::size_t gap_bytes = range_bytes + 1 + 16;
constexpr std::size_t reason_bytes = 1 + reason_bytes_max + 8;
static_assert(8 + 1 + settled_max * range_bytes + 1 + gaps_max * gap_bytes + 8 + 2 + reasons_max * reason_bytes + 8 <=
              slot_body_max);

void put(std::string& out, Range range) {
  disk::put(out, range.begin);
  disk::put(out, range.end);
}

void put(std::string& out, WallTime time) {
  disk::put(out, static_cast<std::uint64_t>(time.time_since_epoch().count()));
}

void put(std::string& out, const Reasons& reasons) {
  disk::put(out, static_cast<std::uint8_t>(reasons.size()));
  for (const auto& [name, count] : reasons) {
    disk::put(out, static_cast<std::uint8_t>(name.size()));
    out += name;
    disk::put(out, count);
  }
}

// As many of the reasons as `room` allows, one of them `other` if need be.
Reasons bounded(const Reasons& reasons, std::size_t room) {
  Reasons out;
  for (const auto& [name, count] : reasons) {
    const std::string cut = name.substr(0, reason_bytes_max);
    const bool fits = out.contains(cut) || out.size() + 1 < room || (out.size() < room && reasons.size() <= room);
    out[fits ? cut : std::string(other_reasons)] += count;
  }
  return out;
}

Range take_range(ByteReader& reader) {
  const auto begin = reader.take<std::uint64_t>();
  return {begin, reader.take<std::uint64_t>()};
}

WallTime take_time(ByteReader& reader) {
  return WallTime(std::chrono::nanoseconds(static_cast<std::int64_t>(reader.take<std::uint64_t>())));
}

Gap take_gap(ByteReader& reader) {
  Gap gap;
  gap.range = take_range(reader);
  gap.loss = static_cast<Loss>(std::min(reader.take<std::uint8_t>(), static_cast<std::uint8_t>(Loss::missing)));
  gap.from = take_time(reader);
  gap.to = take_time(reader);
  return gap;
}

Reasons take_reasons(ByteReader& reader) {
  Reasons reasons;
  for (auto left = reader.take<std::uint8_t>(); left > 0 && reader.ok(); --left) {
    const std::string name(reader.take(reader.take<std::uint8_t>()));
    reasons[name] += reader.take<std::uint64_t>();
  }
  return reasons;
}

// Stretches ascend, are not empty and lie at or above the mark.
bool ascends(std::uint64_t& least, Range range) {
  const bool good = range.begin >= least && range.begin < range.end;
  least = range.end;
  return good;
}

// What is settled is not lost as well. Both ascend.
bool overlap(const std::vector<Range>& settled, const std::vector<Gap>& gaps) {
  return std::any_of(gaps.begin(), gaps.end(), [&](const Gap& gap) {
    const auto next = std::partition_point(settled.begin(), settled.end(),
                                           [&](const Range& range) { return range.end <= gap.range.begin; });
    return next != settled.end() && next->begin < gap.range.end;
  });
}

bool is_sensible(const CursorState& state) {
  std::uint64_t least_settled = state.mark;
  std::uint64_t least_gap = state.mark;
  return std::all_of(state.settled.begin(), state.settled.end(),
                     [&](Range range) { return ascends(least_settled, range); }) &&
         std::all_of(state.gaps.begin(), state.gaps.end(),
                     [&](const Gap& gap) { return ascends(least_gap, gap.range); }) &&
         !overlap(state.settled, state.gaps);
}

}  // namespace

std::string encode(const CursorState& state) {
  std::string out;
  disk::put(out, state.mark);
  const std::size_t settled = std::min(state.settled.size(), settled_max);
  disk::put(out, static_cast<std::uint8_t>(settled));
  for (std::size_t i = 0; i < settled; ++i) put(out, state.settled[i]);
  const std::size_t gaps = std::min(state.gaps.size(), gaps_max);
  disk::put(out, static_cast<std::uint8_t>(gaps));
  for (std::size_t i = 0; i < gaps; ++i) {
    put(out, state.gaps[i].range);
    disk::put(out, static_cast<std::uint8_t>(state.gaps[i].loss));
    put(out, state.gaps[i].from);
    put(out, state.gaps[i].to);
  }
  disk::put(out, state.totals.delivered);
  const Reasons dropped = bounded(state.totals.dropped, reasons_max / 2);
  put(out, bounded(state.totals.dead_lettered, reasons_max - dropped.size()));
  put(out, dropped);
  // Checkpoints without it are what they were before there were fallbacks.
  if (state.totals.diverted > 0) disk::put(out, state.totals.diverted);
  return out;
}

std::optional<CursorState> decode_cursor_state(std::string_view body) {
  ByteReader reader(body);
  CursorState state;
  state.mark = reader.take<std::uint64_t>();
  for (auto left = reader.take<std::uint8_t>(); left > 0 && reader.ok(); --left)
    state.settled.push_back(take_range(reader));
  for (auto left = reader.take<std::uint8_t>(); left > 0 && reader.ok(); --left) state.gaps.push_back(take_gap(reader));
  state.totals.delivered = reader.take<std::uint64_t>();
  state.totals.dead_lettered = take_reasons(reader);
  state.totals.dropped = take_reasons(reader);
  if (reader.ok() && !reader.empty()) state.totals.diverted = reader.take<std::uint64_t>();
  if (!reader.ok() || !reader.empty() || !is_sensible(state)) return std::nullopt;
  return state;
}

std::uint64_t end_of(const CursorState& state) {
  std::uint64_t end = state.mark;
  if (!state.settled.empty()) end = std::max(end, state.settled.back().end);
  if (!state.gaps.empty()) end = std::max(end, state.gaps.back().range.end);
  return end;
}

}  // namespace towline::stream::disk
