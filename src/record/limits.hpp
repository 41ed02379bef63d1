// The limits of one record. A line that exceeds one is not parsed further: it costs only itself.
#pragma once

#include <cstddef>

namespace towline::record {

inline constexpr std::size_t padding = 64;        // bytes after a text that must be readable (simdjson's block)
inline constexpr std::size_t depth_max = 128;     // objects and arrays inside each other, the record itself included
inline constexpr std::size_t values_max = 65536;  // members and elements of all levels together, the record included
inline constexpr std::size_t bytes_max = std::size_t{1} << 30;  // offsets are 32 bits wide

}  // namespace towline::record
