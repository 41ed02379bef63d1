#include "stream/disk/crc32c.hpp"

#include <isa-l/crc.h>

#include <algorithm>

namespace towline::stream::disk {

// ISA-L leaves the inversion at both ends to its caller and counts in int.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t previous) {
  constexpr std::size_t piece_max = std::size_t{1} << 30U;
  std::uint32_t crc = ~previous;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, piece_max);
    auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(piece.data()));  // it only reads
    crc = crc32_iscsi(data, static_cast<int>(piece.size()), crc);
    bytes.remove_prefix(piece.size());
  }
  return ~crc;
}

}  // namespace towline::stream::disk
