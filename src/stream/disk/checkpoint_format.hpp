// A cursor's state as the body of a checkpoint slot. It always fits: what there is no room for is left out so that
// records are delivered again rather than lost, and the sums stay right.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stream/cursor_state.hpp"

namespace towline::stream::disk {

// The lowest of each are kept. Reasons beyond the limit are added up as `other`.
inline constexpr std::size_t settled_max = 128;
inline constexpr std::size_t gaps_max = 32;
inline constexpr std::size_t reasons_max = 24;
inline constexpr std::size_t reason_bytes_max = 24;  // longer names are cut

std::string encode(const CursorState& state);
// Nothing unless it makes sense: stretches ascending, above the mark and apart from each other.
std::optional<CursorState> decode_cursor_state(std::string_view body);

// Behind everything that the cursor knows of.
std::uint64_t end_of(const CursorState& state);

}  // namespace towline::stream::disk
