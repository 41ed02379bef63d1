// CRC-32C (Castagnoli), the checksum of everything in a stream's folder.
#pragma once

#include <cstdint>
#include <string_view>

namespace towline::stream::disk {

// crc32c("123456789") is 0xE3069283. Continues an earlier stretch: crc32c(b, crc32c(a)) is that of a and b together.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t previous = 0);

}  // namespace towline::stream::disk
